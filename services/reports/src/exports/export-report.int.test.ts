import { setTimeout as sleep } from 'node:timers/promises'
import { type ReportRequested, reportCancelled, reportRequested } from '@rounds/contracts'
import { LostClaimError } from '@rounds/ledger'
import { testServers } from '@rounds/local-servers'
import { Long, MongoClient } from 'mongodb'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { bsonBatch } from '../../test/bson-batch.ts'
import {
  appointmentsFrom,
  type ExportWorld,
  openExportWorld,
  sha256,
  unzipped,
} from '../../test/mongo-export-world.ts'
import { stuckDisk } from '../../test/stuck-disk.ts'
import { callOffExport } from './event-handlers.ts'
import { expireReports } from './expire.ts'
import type { ReadRows } from './read-rows.ts'

let world: ExportWorld
let databaseUrl: string
beforeEach(async () => {
  databaseUrl = testServers().freshDatabase()
  world = await openExportWorld(databaseUrl)
  await world.appointments().insertMany(appointmentsFrom(0, 6_000))
})
afterEach(() => world.close())

describe('an exported file', () => {
  it.each<[string, Partial<ReportRequested['data']>]>([
    ['as asked by an admin', {}],
    ['for Excel', { flavour: 'excel' }],
    [
      'of one month and department',
      { parameters: { from: '2025-01-10', to: '2025-01-20', departmentId: 'dep1' } },
    ],
    ['of a doctor’s own', { role: 'doctor', requestedBy: 'd2' }],
    ['of two columns', { columns: ['reason', 'appointmentId'] }],
    ['of one patient', { report: 'treatment-history', role: 'patient', requestedBy: 'p7' }],
    ['of nothing', { parameters: { from: '2035-01-01' } }],
    ['of a collection that its service has not made yet', { report: 'mail-log' }],
  ])('%s equals what json2csv makes of the same documents', async (_, asked) => {
    const data = await world.request(asked)
    await world.work()
    const outcome = await world.done()
    const content = await world.content(outcome.file)
    const { text, rows } = await world.oracle(data)
    expect(content.toString()).toBe(text)
    expect(outcome).toMatchObject({ rows, rowsSkipped: 0, bytes: content.length, sha256: sha256(content) })
  })

  it('holds every row once', async () => {
    await world.request({ columns: ['appointmentId'] })
    await world.work()
    const { file, rows } = await world.done()
    const [, ...ids] = (await world.content(file)).toString().trimEnd().split('\r\n')
    expect(rows).toBe(6_000)
    expect(new Set(ids).size).toBe(6_000)
  })

  it('is, compressed, the same file, with the hash of what is downloaded', async () => {
    const data = await world.request({ gzip: true })
    await world.work()
    const { file, bytes, sha256: hash } = await world.done()
    const content = await world.content(file)
    expect(file).toBe('r1.1.csv.gz')
    expect(unzipped(content)).toBe((await world.oracle(data)).text)
    expect([bytes, hash]).toEqual([content.length, sha256(content)])
  })

  it('waits in the database while the disk is stuck, and is whole when the disk goes on', async () => {
    await world.appointments().insertMany(appointmentsFrom(6_000, 24_000))
    const data = await world.request()
    const disk = stuckDisk()
    await world.work({ afterChunk: disk.taken })
    await disk.stuck

    // 30,000 rows are twelve batches, read in much less than this by whoever does not wait.
    await vi.waitFor(async () => expect(await batchesGiven()).toBeGreaterThanOrEqual(3), { timeout: 10_000 })
    await sleep(500)
    expect(await batchesGiven()).toBeLessThanOrEqual(4)

    disk.goOn()
    const { file, rows } = await world.done()
    expect(rows).toBe(30_000)
    expect((await world.content(file)).toString()).toBe((await world.oracle(data)).text)
  })

  it('shows one moment: what is written meanwhile is not in it', async () => {
    const data = await world.request()
    const before = await world.oracle(data)
    await world.work({
      readRows: afterFirstBatch(async () => {
        await world.appointments().insertMany(appointmentsFrom(6_000, 500))
        await world.appointments().deleteMany({ 'doctor.id': 'd1' })
        await world.appointments().updateMany({}, { $set: { status: 'missed' } })
      }),
    })
    const { file, rows } = await world.done()
    expect(rows).toBe(6_000)
    expect((await world.content(file)).toString()).toBe(before.text)
  })

  it('is never seen before it is whole, and never without its manifest', async () => {
    await world.request()
    let watching = true
    const seen = new Set<string>()
    const watch = (async () => {
      while (watching) {
        const files = await world.files()
        for (const file of files.filter((name) => name.endsWith('.csv'))) {
          expect(files).toContain(`${file}.json`)
          seen.add(sha256(await world.content(file)))
        }
        await sleep(1)
      }
    })()
    await world.work()
    const { sha256: hash } = await world.done()
    await vi.waitFor(() => expect(seen.size).toBeGreaterThan(0))
    watching = false
    await watch
    expect([...seen]).toEqual([hash])
    expect(await world.files()).toEqual(['r1.1.csv', 'r1.1.csv.json'])
  })

  it('is told of: started, progress with rows and total, completed', async () => {
    await world.request()
    await world.work({
      // Slow enough for there to be something to tell.
      readRows: afterFirstBatch(() =>
        vi.waitFor(async () => expect(await world.outbox()).toHaveLength(1), { timeout: 10_000 }),
      ),
    })
    const { sha256: hash } = await world.done()
    const outbox = await world.outbox()
    expect(outbox.map(({ type }) => type)).toEqual(['report.started', 'report.completed'])
    expect(outbox[1]?.data).toMatchObject({ reportId: 'r1', rows: 6_000, sha256: hash })
    expect(world.said.length).toBeGreaterThan(0)
    expect(world.said.every(({ type }) => type === 'report.progressed')).toBe(true)
  })

  it('does not stop because others fail', async () => {
    await world.request({ reportId: 'bad', report: 'payroll' })
    await world.request()
    await world.work()
    await world.done()
    await vi.waitFor(async () => expect(await world.state('bad')).toBe('failed'), { timeout: 5_000 })
    expect((await world.outbox('bad')).at(-1)).toMatchObject({
      type: 'report.failed',
      data: { code: 'UNKNOWN_REPORT' },
    })
  })
})

describe('rows that cannot be written', () => {
  it('are listed beside the file and counted, and the rest is written', async () => {
    // A date that MongoDB can hold and no calendar knows.
    const beyond = [{ $set: { bookedAt: { $add: ['$bookedAt', Long.fromNumber(9e15)] } } }]
    const ids = ['a0000007', 'a0005000']
    await world.appointments().updateMany({ _id: { $in: ids } }, beyond)
    await world.request({ columns: ['appointmentId', 'bookedAt'] })
    await world.work()
    const { rows, rowsSkipped, file } = await world.done()

    expect({ rows, rowsSkipped }).toEqual({ rows: 5_998, rowsSkipped: 2 })
    expect(await world.files()).toEqual(['r1.1.csv', 'r1.1.csv.json', 'r1.1.errors.csv'])
    const [, ...list] = (await world.content('r1.1.errors.csv')).toString().trimEnd().split('\r\n')
    expect(list.toSorted()).toEqual(ids.map((id) => `${id},bookedAt,the date is beyond all calendars`))
    expect((await world.content(file)).toString()).not.toContain(ids[0])
    expect(JSON.parse((await world.content('r1.1.csv.json')).toString())).toMatchObject({ rowsSkipped: 2 })
    expect((await world.outbox()).at(-1)).toMatchObject({ data: { rows: 5_998, rowsSkipped: 2 } })
  })

  it('lose their list together with the file', async () => {
    await world
      .appointments()
      .updateOne({}, [{ $set: { bookedAt: { $add: ['$bookedAt', Long.fromNumber(9e15)] } } }])
    await world.request()
    await world.work()
    await expire((await world.done()).expiresAt)
    expect(await world.files()).toEqual([])
  })
})

describe('a history', () => {
  it('is whole for the doctor of the patient, and none for another', async () => {
    const one = { report: 'treatment-history', role: 'doctor', parameters: { patientId: 'p7' } } as const
    await world.request({ ...one, requestedBy: 'd2' })
    await world.request({ ...one, reportId: 'r2', requestedBy: 'nobody' })
    await world.work()
    expect((await world.done()).rows).toBe(120)
    await vi.waitFor(async () => expect(await world.state('r2')).toBe('failed'), { timeout: 5_000 })
    expect((await world.outbox('r2')).at(-1)).toMatchObject({ data: { code: 'UNKNOWN_PATIENT' } })
  })

  const ofAda = { report: 'treatment-history', role: 'doctor', parameters: { patientId: 'ada' } } as const
  const visit = (_id: string, said: object) => ({
    ...appointmentsFrom(0, 1)[0],
    _id,
    patient: { id: 'ada', name: 'Ada', number: 'H-ada' },
    status: 'checked' as const,
    bookedBy: 'desk',
    checkedBy: 'rao',
    doctor: { id: 'rao', name: 'Dr. Rao', number: 'R-rao' },
    ...said,
  })

  it('is no more than the visits that a doctor booked and checked alone', async () => {
    const khan = { doctor: { id: 'khan', name: 'Dr. Khan', number: 'R-khan' }, bookedBy: 'khan' }
    await world
      .appointments()
      .insertMany([
        visit('v1', {}),
        visit('v2', { ...khan, checkedBy: 'khan' }),
        visit('v3', { ...khan, status: 'cancelled' }),
      ] as never)
    await world.request({ ...ofAda, requestedBy: 'khan', columns: ['appointmentId'] })
    await world.work()
    const { file, rows } = await world.done()
    expect([rows, (await world.content(file)).toString()]).toEqual([1, 'Appointment\r\nv2\r\n'])
    expect((await world.outbox()).at(-1)).toMatchObject({ data: { ownVisitsOnly: true } })
  })

  it('opens to a doctor who treats nobody of that name for as long as emergency access lasts', async () => {
    await world.appointments().insertMany([visit('v1', {}), visit('v2', {})] as never)
    const access = (doctorId: string, ms: number) => ({
      doctorId,
      patientId: 'ada',
      until: new Date(Date.now() + ms),
    })
    await world.store.collection('emergencyAccess').insertMany([access('khan', 60_000), access('late', -1)])
    await world.request({ ...ofAda, requestedBy: 'khan' })
    await world.request({ ...ofAda, reportId: 'r2', requestedBy: 'late' })
    await world.work()
    expect((await world.done()).rows).toBe(2)
    await vi.waitFor(async () => expect(await world.state('r2')).toBe('failed'), { timeout: 5_000 })
  })
})

describe('calling off', () => {
  it('stops the worker within two seconds and leaves no file', async () => {
    await world.request()
    const exporters = await world.work({ readRows: endless })
    await begun()
    const askedAt = performance.now()
    await cancel({ callOff: () => {} })
    await vi.waitFor(async () => expect(await world.state()).toBe('cancelled'), {
      timeout: 5_000,
      interval: 10,
    })
    expect(performance.now() - askedAt).toBeLessThan(2_000)
    expect(await world.files()).toEqual([])
    expect(await world.outbox()).toHaveLength(1)
    await exporters.stop()
  })

  it('needs no look at the ledger where the work is in the same process', async () => {
    await world.request()
    const exporters = await world.work({ readRows: endless, lookEveryMs: 60_000 })
    await begun()
    await cancel(exporters)
    await vi.waitFor(async () => expect(await world.state()).toBe('cancelled'), { timeout: 5_000 })
    expect(await world.files()).toEqual([])
  })

  it('removes the file that was finished in the same moment, and nobody is told that it expired', async () => {
    await world.request()
    const claim = await world.ledger.claimNext()
    if (!claim) throw new Error('nothing to claim')
    const ending = await world.perform()(claim, new AbortController().signal)
    await cancel({ callOff: () => {} })
    await claim.settle(ending)
    await expire(new Date())
    expect(await world.files()).toEqual([])
    expect(await world.state()).toBe('expired')
    expect((await world.outbox()).map(({ type }) => type)).not.toContain('report.expired')
  })

  async function cancel(exporters: { callOff(key: string): void }) {
    const { ledger, artifacts, make } = world
    const handle = callOffExport({ ledger, artifacts, workers: exporters })
    const event = make(reportCancelled, { reportId: 'r1', cancelledBy: 'p1' })
    await handle(event, { attempt: 1, signal: new AbortController().signal })
  }
})

describe('time', () => {
  it('expires a file when its days are over, not before, and says so once', async () => {
    await world.request()
    await world.work()
    const { expiresAt } = await world.done()
    await expire(new Date(expiresAt.getTime() - 1))
    expect(await world.files()).toHaveLength(2)
    await Promise.all([expire(expiresAt), expire(expiresAt)])
    expect(await world.files()).toEqual([])
    expect(await world.state()).toBe('expired')
    expect((await world.outbox()).filter(({ type }) => type === 'report.expired')).toHaveLength(1)
  })

  it('does not bring an expired report back when its request is heard again', async () => {
    const data = await world.request()
    await world.work()
    const { expiresAt } = await world.done()
    await expire(expiresAt)
    await world.ledger.accept('r1', world.make(reportRequested, data))
    expect(await world.state()).toBe('expired')
  })
})

describe('a worker that wakes up after its lease', () => {
  it('cannot touch the file of the one who took over, and leaves none of its own', async () => {
    const data = await world.request()
    const release = Promise.withResolvers<void>()
    const zombie = await world.ledger.claimNext()
    if (!zombie) throw new Error('nothing to claim')
    const late = world.perform({ readRows: afterFirstBatch(() => release.promise) })(
      zombie,
      new AbortController().signal,
    )

    await begun()
    await world.leaseOver()
    await world.work()
    const { file } = await world.done()
    release.resolve()

    await expect(late.then(zombie.settle)).rejects.toThrow()
    await expect(zombie.intend()).rejects.toThrow(LostClaimError)
    expect(file).toBe('r1.2.csv')
    expect(await world.files()).toEqual(['r1.2.csv', 'r1.2.csv.json'])
    expect((await world.content(file)).toString()).toBe((await world.oracle(data)).text)
  })
})

describe('a reading', () => {
  it('knows its moment and its size before its first row', async () => {
    await using snapshot = await world.reader.read(
      { collection: 'appointments', filter: {}, projection: {}, sort: { startsAt: 1, _id: 1 } },
      new AbortController().signal,
    )
    expect(Math.abs(Date.now() - snapshot.at.getTime())).toBeLessThan(60_000)
    expect(snapshot.total).toBe(6_000)
  })
})

/** The thread that encodes has the lowest priority, also when many tests want the processor. */
const begun = () =>
  vi.waitFor(async () => expect(await world.files()).toEqual(['r1.1.csv.part']), { timeout: 30_000 })

/** Of the reading that is under way, as the server itself counts them; nothing while it has no cursor open. */
async function batchesGiven(): Promise<number | undefined> {
  await using client = new MongoClient(databaseUrl)
  const ns = `${client.db().databaseName}.appointments`
  const [open] = await client
    .db('admin')
    .aggregate([{ $currentOp: { idleCursors: true } }, { $match: { type: 'idleCursor', ns } }])
    .toArray()
  return open && Number(open.cursor.nBatchesReturned)
}

async function expire(at: Date) {
  const { rows, ledger, artifacts, make } = world
  await expireReports({ rows, ledger, artifacts, make, now: () => at })()
}

/** Reads as usual, but for what happens between the first batch and the second. */
function afterFirstBatch(happens: () => Promise<unknown>): ReadRows {
  return async (query, signal) => {
    const snapshot = await world.reader.read(query, signal)
    return {
      ...snapshot,
      async *batches() {
        let isFirst = true
        for await (const batch of snapshot.batches()) {
          yield batch
          if (isFirst) await happens()
          isFirst = false
        }
      },
    }
  }
}

/** Rows without end, from a source that hears no signal. */
const endless: ReadRows = async () => ({
  at: new Date(),
  total: 1_000_000,
  isSmall: false,
  async *batches() {
    for (;;) {
      yield bsonBatch(appointmentsFrom(0, 100))
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  },
  [Symbol.asyncDispose]: async () => {},
})
