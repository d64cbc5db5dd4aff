import { setImmediate } from 'node:timers/promises'
import { type HospitalEvent, reportCancelled, reportRequested } from '@rounds/contracts'
import { silent } from '@rounds/kernel'
import { CallOff, memoryLedger, Stopping } from '@rounds/ledger'
import { eventMaker } from '@rounds/messaging'
import { describe, expect, it } from 'vitest'
import { bsonBatch, spoilt } from '../../test/bson-batch.ts'
import { stuckDisk } from '../../test/stuck-disk.ts'
import { csvHere } from '../csv/csv-writer.ts'
import { encoderFor } from '../csv/encoder-for.ts'
import { documentOf } from '../csv/mongo-documents.ts'
import { zoneClock } from '../csv/zone-clock.ts'
import { errorsOf } from '../files/artifact-name.ts'
import type { ArtifactStore } from '../files/artifact-store.ts'
import { exportReport } from './export-report.ts'
import type { ExportInput, ExportOutcome } from './export-work.ts'
import { waitMs } from './failure.ts'
import {
  DatabaseAwayError,
  type ReadAccess,
  type ReadRows,
  type Snapshot,
  SnapshotTooOldError,
} from './read-rows.ts'

describe('a report', () => {
  it('is written, and said to be complete together with its outcome', async () => {
    const world = await setUp()
    const ending = await world.perform()
    expect(world.files).toEqual(new Map([['r1.1.csv', 'Status,Minutes\r\nbooked,15\r\nmissed,20\r\n']]))
    expect(ending).toMatchObject({ state: 'done', outcome: { file: 'r1.1.csv', rows: 2, rowsSkipped: 0 } })
    expect(typesOf(ending.says)).toEqual(['report.started', 'report.completed'])
    expect(ending.says?.[1]?.data).toMatchObject({
      snapshotTime: '2026-01-31T04:00:00.000Z',
      expiresAt: '2026-02-07T04:00:00.000Z',
    })
  })

  it('is said to be started with its ending when that is near, and by itself when it lasts', async () => {
    const quick = await setUp()
    const { says } = await quick.perform()
    expect(says?.[0]).toMatchObject({ type: 'report.started', data: { reportId: 'r1', attempt: 1 } })
    expect(quick.ledger.said()).toEqual([])

    const going = Promise.withResolvers<void>()
    const slow = await setUp({ until: going.promise })
    const ending = slow.perform()
    await expect.poll(() => typesOf(slow.ledger.said())).toEqual(['report.started'])
    going.resolve()
    expect(typesOf((await ending).says)).toEqual(['report.completed'])
  })

  it('goes on with the story of the request', async () => {
    const world = await setUp()
    const { says } = await world.perform()
    expect(says?.[0]).toMatchObject({
      correlationid: world.request.correlationid,
      causationid: world.request.id,
    })
  })

  it('has a manifest that names no person', async () => {
    const world = await setUp()
    await world.perform()
    expect(world.manifests[0]).toMatchObject({
      report: 'appointments',
      parameters: { from: '2026-01-01' },
      columns: [{ id: 'status' }, { id: 'minutes' }],
      zone: 'Asia/Kolkata',
      rows: 2,
      requestedBy: 'p1',
      snapshotTime: '2026-01-31T04:00:00.000Z',
    })
  })
})

describe('a row that cannot be written', () => {
  it('is set aside and counted, without its value, and the others are written', async () => {
    const world = await setUp({ more: [{ _id: 'a3', status: 'BROKEN' }] })
    const ending = await world.perform()
    expect(world.files.get('r1.1.csv')).toBe('Status,Minutes\r\nbooked,15\r\nmissed,20\r\n')
    expect(world.files.get('r1.1.errors.csv')).toBe(
      'appointment,column,reason\r\na3,status,the text is not UTF-8\r\n',
    )
    expect(ending).toMatchObject({ outcome: { rows: 2, rowsSkipped: 1 } })
    expect(ending.says?.[1]?.data).toMatchObject({ rows: 2, rowsSkipped: 1 })
    expect(world.manifests[0]).toMatchObject({ rows: 2, rowsSkipped: 1 })
  })
})

describe('a disk that is slower than the database', () => {
  it('stops the reading after a few batches, and lets it go on when it has room again', async () => {
    let pulled = 0
    const fifty: ReadRows = async () => ({
      at: now(),
      total: 50,
      isSmall: false,
      async *batches() {
        while (pulled < 50) {
          pulled += 1
          yield bsonBatch([{ status: 'booked', minutes: pulled }])
        }
      },
      [Symbol.asyncDispose]: async () => {},
    })
    const disk = stuckDisk()
    const world = await setUp({ readRows: fifty, afterChunk: disk.taken })
    const ending = world.perform()
    await disk.stuck

    // Time enough for all fifty, if anything kept pulling.
    for (let turn = 0; turn < 200; turn += 1) await setImmediate()
    expect(pulled).toBeLessThanOrEqual(3)

    disk.goOn()
    expect(await ending).toMatchObject({ state: 'done', outcome: { rows: 50 } })
    expect(world.files.get('r1.1.csv')?.split('\r\n')).toHaveLength(52)
  })
})

describe('what will never work', () => {
  it.each([
    ['UNKNOWN_REPORT', { report: 'payroll' }],
    ['UNKNOWN_COLUMN', { columns: ['salary'] }],
    ['INVALID_PARAMETERS', { parameters: { from: 'yesterday' } }],
  ])('fails at once with %s, so that the person hears of it', async (code, request) => {
    const world = await setUp({ request })
    const ending = await world.perform()
    expect(ending).toMatchObject({ state: 'failed', outcome: { code } })
    expect(typesOf(ending.says)).toEqual(['report.started', 'report.failed'])
    expect(ending.says?.[1]).toMatchObject({ data: { reportId: 'r1', code } })
    expect(world.files.size).toBe(0)
  })

  it('fails for a doctor who never treated the patient, and reads nothing', async () => {
    const asked: object[] = []
    const world = await setUp({
      request: {
        report: 'treatment-history',
        role: 'doctor',
        parameters: { patientId: 'p7' },
        columns: ['status'],
      },
      readAccess: async (relation) => {
        asked.push(relation)
        return 'none'
      },
      readRows: () => Promise.reject(new Error('read all the same')),
    })
    expect(await world.perform()).toMatchObject({ state: 'failed', outcome: { code: 'UNKNOWN_PATIENT' } })
    expect(asked).toEqual([{ patientId: 'p7', doctorId: 'p1' }])
  })

  it('narrows a history to the doctor’s own visits where they may read no more, and says so', async () => {
    const world = await setUp({
      request: {
        report: 'treatment-history',
        role: 'doctor',
        parameters: { patientId: 'p7' },
        columns: ['status'],
      },
      readAccess: async () => 'own visits',
    })
    const { says } = await world.perform()
    expect(world.filters).toEqual([{ 'patient.id': 'p7', 'doctor.id': 'p1', status: 'checked' }])
    expect(says?.at(-1)).toMatchObject({ type: 'report.completed', data: { ownVisitsOnly: true } })
  })

  it('fails without a word of what was in the data', async () => {
    const world = await setUp({ readRows: () => Promise.reject(new TypeError('cannot read Asha Rao')) })
    const ending = await world.perform()
    expect(ending).toMatchObject({ state: 'failed', outcome: { code: 'EXPORT_BROKEN' } })
    expect(JSON.stringify(ending)).not.toContain('Asha')
  })

  it('fails when nobody asked for it', async () => {
    const world = await setUp({ input: make(reportCancelled, { reportId: 'r1', cancelledBy: 'p1' }) })
    expect(await world.perform()).toMatchObject({ state: 'failed', outcome: { code: 'UNKNOWN_REPORT' } })
  })
})

describe('what may pass', () => {
  it.each(['MongoServerError', 'EEXIST'])('is thrown, and said to be tried again: %s', async (code) => {
    const error = Object.assign(new Error('away'), { code, name: code })
    const world = await setUp({ readRows: () => Promise.reject(error) })
    await expect(world.perform()).rejects.toBe(error)
    expect(world.phases()).toEqual(['retrying'])
    expect(typesOf(world.ledger.said())).toEqual(['report.started'])
  })

  it('is thrown when the process stops, and said to be tried again', async () => {
    const world = await setUp({ abortWith: new Stopping('the process ends') })
    await expect(world.perform()).rejects.toThrow()
    expect(world.phases().at(-1)).toBe('retrying')
  })

  it('starts over once when the snapshot got too old', async () => {
    let readings = 0
    const world = await setUp({ tooOld: () => ++readings === 1 })
    expect(await world.perform()).toMatchObject({ state: 'done', outcome: { rows: 2 } })
    expect(readings).toBe(2)
  })

  it('does not start over for ever', async () => {
    const world = await setUp({ tooOld: () => true })
    await expect(world.perform()).rejects.toThrow(SnapshotTooOldError)
  })
})

describe('what the machine is to blame for', () => {
  it.each([
    ['DISK_FULL', thrown('ENOSPC')],
    ['DISK_FULL', thrown('EDQUOT')],
    ['FILE_STORE_UNAVAILABLE', thrown('ENOENT')],
    ['FILE_STORE_UNAVAILABLE', thrown('EROFS')],
    ['DATABASE_AWAY', new DatabaseAwayError('gone')],
  ])('puts the report back and counts no attempt, however often: %s', async (code, error) => {
    const { perform, ledger } = await setUp({ readRows: () => Promise.reject(error) })
    const ending = await perform()
    expect(ending).toMatchObject({ state: 'waiting', reason: code, uncounted: true })
    expect(typesOf(ending.says)).toEqual(['report.started'])
    expect(ledger.said()).toEqual([])
  })

  it('is told to whoever watches, with the reason, each time as a later attempt', async () => {
    const world = await setUp({ attempts: 3, readRows: () => Promise.reject(thrown('ENOSPC')) })
    await world.perform()
    expect(world.told()).toMatchObject([
      { phase: 'retrying', attempt: 3, reason: 'There was no room left for the file.' },
    ])
  })

  it('comes back soon at first, then twice a minute at least, and not with all the others', () => {
    expect([waitMs(1, 0), waitMs(1, 1)]).toEqual([1_000, 2_000])
    expect([waitMs(50, 0), waitMs(50, 1)]).toEqual([15_000, 30_000])
  })
})

describe('a second attempt', () => {
  it('clears away what the first one left of this report, and nothing else', async () => {
    const world = await setUp({
      attempts: 2,
      left: ['r1.1.csv.part', 'r1.1.csv.json', 'r2.1.csv', 'r1.3.csv'],
    })
    expect(await world.perform()).toMatchObject({ state: 'done', outcome: { file: 'r1.2.csv' } })
    expect([...world.files.keys()].sort()).toEqual(['r1.2.csv', 'r1.3.csv', 'r2.1.csv'])
  })
})

describe('a report that was called off', () => {
  it('leaves nothing, also when its file had just been finished, and says nothing', async () => {
    const world = await setUp({ abortWith: new CallOff('r1') })
    await expect(world.perform()).rejects.toThrow(CallOff)
    expect(world.files.size).toBe(0)
    expect(world.phases()).not.toContain('retrying')
  })
})

const make = eventMaker('gateway')
const now = () => new Date('2026-01-31T04:00:00Z')

const typesOf = (events: readonly HospitalEvent[] = []) => events.map(({ type }) => type)

interface Setting {
  readonly request?: object
  readonly input?: ExportInput
  readonly readRows?: ReadRows
  readonly tooOld?: () => boolean
  /** Its rows come not before this. */
  readonly until?: Promise<void>
  /** Documents beside the two that every report has. */
  readonly more?: readonly object[]
  readonly readAccess?: ReadAccess
  /** What the store does with each chunk before it asks for the next. */
  readonly afterChunk?: () => Promise<void>
  /** Aborts when the file has just been finished. */
  readonly abortWith?: Error
  readonly attempts?: number
  /** Files that lie in the store already. */
  readonly left?: readonly string[]
}

async function setUp(setting: Setting = {}) {
  const {
    request: asked,
    input,
    readRows,
    tooOld = () => false,
    until,
    readAccess = async () => 'whole',
    more = [],
    afterChunk = async () => {},
    abortWith,
    attempts = 1,
    left = [],
  } = setting
  const request = make(reportRequested, {
    reportId: 'r1',
    report: 'appointments',
    parameters: { from: '2026-01-01' },
    columns: ['status', 'minutes'],
    flavour: 'standard',
    gzip: false,
    requestedBy: 'p1',
    role: 'admin',
    ...asked,
  })
  const ledger = memoryLedger<ExportInput, ExportOutcome>()
  const files = new Map(left.map((name) => [name, 'left']))
  const manifests: object[] = []
  const said: HospitalEvent[] = []
  const controller = new AbortController()

  const filters: object[] = []
  const twoRows: ReadRows = async ({ filter }) => {
    filters.push(filter)
    return rowsOfTwo
  }
  const rowsOfTwo: Snapshot = {
    at: now(),
    total: 2,
    isSmall: false,
    async *batches() {
      await until
      yield spoilt(bsonBatch([{ status: 'booked', minutes: 15 }, ...more]))
      if (tooOld()) throw new SnapshotTooOldError('gone')
      yield bsonBatch([{ status: 'missed', minutes: 20 }])
    },
    [Symbol.asyncDispose]: async () => {},
  }
  const artifacts: Pick<ArtifactStore, 'write' | 'remove' | 'list'> = {
    list: async () => Array.from(files.keys(), (name) => ({ name, changedAt: now() })),
    async write(file, bytes, { manifestOf, errors }) {
      const chunks: Uint8Array[] = []
      for await (const chunk of bytes) {
        chunks.push(chunk)
        await afterChunk()
      }
      const content = Buffer.concat(chunks)
      const list = Buffer.from(errors?.() ?? []).toString()
      if (list) files.set(errorsOf(file), list)
      const sealed = { file, bytes: content.length, sha256: 'a'.repeat(64) }
      manifests.push(manifestOf(sealed))
      files.set(file, content.toString())
      if (abortWith) controller.abort(abortWith)
      return sealed
    },
    remove: async (file) => void files.delete(file),
  }

  await ledger.accept('r1', input ?? request)
  for (let spent = 1; spent < attempts; spent++) {
    await (await ledger.claimNext())?.settle({
      state: 'waiting',
      reason: 'DISK_FULL',
      afterMs: 0,
      uncounted: true,
    })
  }
  const claim = await ledger.claimNext()
  if (!claim) throw new Error('nothing to claim')
  const perform = exportReport({
    readRows: readRows ?? twoRows,
    readAccess,
    openCsv: csvHere((columns, options) => encoderFor(columns, options, documentOf)),
    artifacts,
    make,
    say: (event) => void said.push(event),
    clock: zoneClock('Asia/Kolkata'),
    keepDays: 7,
    now,
    noteProgress() {},
    log: silent,
  })
  return {
    perform: () => perform(claim, controller.signal),
    told: () => said.map(({ data }) => data),
    phases: () => said.map(({ data }) => (data as { phase: string }).phase),
    request,
    ledger,
    files,
    filters,
    manifests,
  }
}

function thrown(code: string) {
  return Object.assign(new Error('not now'), { code })
}
