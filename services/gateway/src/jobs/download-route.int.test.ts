import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { type AppointmentDocument, reportCompleted, reportExpired, reportFailed } from '@rounds/contracts'
import { anAppointment, aPerson } from '@rounds/testing'
import { Decimal128 } from 'mongodb'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type JobsWorld, jobsWorld } from '../../test/jobs-world.ts'

const content = Buffer.from('Date,Patient\r\n2026-11-01,"Rao, Ada"\r\n2026-11-02,नीता\r\n')
const sha256 = createHash('sha256').update(content).digest('hex')
const etag = `"${sha256}"`

describe('the file of a report', () => {
  let world: JobsWorld
  beforeAll(async () => {
    world = await jobsWorld()
  })
  afterAll(() => world.stop())

  const fetched = (who: string, jobId: string, headers: Record<string, string> = {}, method = 'GET') =>
    world.call(who, `/v1/reports/${jobId}/file`, {
      method,
      headers: { 'accept-encoding': 'gzip, br', ...headers },
    })
  const downloads = (jobId: string) =>
    world.audited.filter((line) => line === `report.downloaded ${jobId}`).length

  async function finished(who = 'doctor-1', { wish = {}, said = {} }: { wish?: object; said?: object } = {}) {
    const report = who.startsWith('patient') ? 'treatment-history' : 'appointments'
    const reportId = await world.ask(who, { report, ...wish })
    const file = `${reportId}.1.csv${'gzip' in wish ? '.gz' : ''}`
    await writeFile(join(world.artifactsDir, file), content)
    await writeFile(join(world.artifactsDir, `${file}.json`), JSON.stringify({ reportId, rows: 2 }))
    await world.report(reportCompleted, {
      reportId,
      file,
      rows: 2,
      rowsSkipped: 0,
      bytes: content.length,
      sha256,
      snapshotTime: new Date().toISOString(),
      expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
      ...said,
    })
    return reportId
  }

  it('comes whole, under its name, with its hash, and is accounted for', async () => {
    const jobId = await finished()
    const response = await fetched('doctor-1', jobId)

    expect(response.status).toBe(200)
    expect(Buffer.from(await response.arrayBuffer())).toEqual(content)
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/csv; charset=utf-8; header=present',
      'content-length': String(content.length),
      'content-disposition': `attachment; filename="appointments.csv"; filename*=UTF-8''appointments.csv`,
      'content-digest': `sha-256=:${Buffer.from(sha256, 'hex').toString('base64')}:`,
      'accept-ranges': 'bytes',
      etag,
      'cache-control': 'private, no-store',
      'x-content-type-options': 'nosniff',
    })
    expect(response.headers.get('content-encoding')).toBeNull()
    expect(downloads(jobId)).toBe(1)
  })

  describe('that holds a history', () => {
    const wish = { report: 'treatment-history', parameters: { patientId: 'patient-1' } }
    const visits = () => world.store.collection<AppointmentDocument>('appointments')
    const visit = (said: Partial<AppointmentDocument> = {}) =>
      anAppointment({
        startsAt: new Date(Date.now() + 86_400_000),
        patient: { id: 'patient-1', name: 'Ada', number: 'P-1' },
        doctor: { id: 'doctor-1', name: 'Dr. Rao', number: 'D-1' },
        bookedBy: 'admin-1',
        fee: Decimal128.fromString('0'),
        ...said,
      })
    const answered = async (jobId: string) => {
      const response = await fetched('doctor-1', jobId)
      return [response.status, response.ok ? await response.text() : (await response.json()).code]
    }
    const refused = [403, 'NO_TREATMENT_RELATION']
    beforeAll(() => world.people.insertOne(aPerson({ _id: 'patient-1', number: 'P-1' })))
    afterEach(() => visits().deleteMany({}))

    it('is not handed out to the doctor any more once the treatment has ended', async () => {
      await visits().insertOne(visit())
      const jobId = await finished('doctor-1', { wish })
      expect(await answered(jobId)).toEqual([200, content.toString()])

      await visits().updateOne({}, { $set: { status: 'cancelled' } })

      const before = downloads(jobId)
      expect(await answered(jobId)).toEqual(refused)
      for (const part of ['manifest', 'errors'])
        expect((await world.get('doctor-1', `/v1/reports/${jobId}/${part}`)).body.code).toBe(refused[1])
      expect(downloads(jobId)).toBe(before)
    })

    it('is handed out for their own visits, where it holds no others', async () => {
      const alone = { status: 'checked', bookedBy: 'doctor-1', checkedBy: 'doctor-1' } as const
      await visits().insertMany([visit(), visit({ _id: 'alone', ...alone })])
      const [whole, narrow] = [
        await finished('doctor-1', { wish }),
        await finished('doctor-1', { wish, said: { ownVisitsOnly: true } }),
      ]
      await visits().deleteOne({ bookedBy: 'admin-1' })
      expect(await answered(whole)).toEqual(refused)
      expect((await answered(narrow))[0]).toBe(200)
    })

    it('cannot be asked for again once the treatment has ended', async () => {
      await visits().insertOne(visit())
      const jobId = await world.ask('doctor-1', wish)
      await world.post('doctor-1', `/v1/jobs/${jobId}/cancel`)
      await visits().updateOne({}, { $set: { status: 'cancelled' } })
      const again = await world.post('doctor-1', `/v1/jobs/${jobId}/retry`, undefined, {
        'idempotency-key': crypto.randomUUID(),
      })
      expect([again.status, again.body.code]).toEqual([422, 'NO_TREATMENT_RELATION'])
    })
  })

  it('keeps a name in any script', async () => {
    const jobId = await finished('doctor-1', { wish: { fileName: 'नवंबर की सूची "2026"' } })
    const disposition = (await fetched('doctor-1', jobId)).headers.get('content-disposition') ?? ''

    const [, utf8 = ''] = /filename\*=UTF-8''(\S+)$/.exec(disposition) ?? []
    expect(decodeURIComponent(utf8)).toBe('नवंबर की सूची 2026.csv')
    expect(disposition).toMatch(/^attachment; filename="[ -~]+\.csv"; /)
  })

  it('is itself compressed where that was wished', async () => {
    const jobId = await finished('doctor-1', { wish: { gzip: true } })
    const { headers } = await fetched('doctor-1', jobId)

    expect(headers.get('content-type')).toBe('application/gzip')
    expect(headers.get('content-encoding')).toBeNull()
    expect(headers.get('content-disposition')).toContain('.csv.gz')
  })

  it('goes on where a download broke off, as long as it is the same file', async () => {
    const jobId = await finished()
    const rest = await fetched('doctor-1', jobId, { range: 'bytes=10-', 'if-range': etag })
    const other = await fetched('doctor-1', jobId, { range: 'bytes=10-', 'if-range': '"another"' })
    const last = await fetched('doctor-1', jobId, { range: 'bytes=-4' })

    expect(rest.status).toBe(206)
    expect(rest.headers.get('content-range')).toBe(`bytes 10-${content.length - 1}/${content.length}`)
    expect(rest.headers.get('content-digest')).toBeNull()
    expect(Buffer.from(await rest.arrayBuffer())).toEqual(content.subarray(10))
    expect(other.status).toBe(200)
    expect(Buffer.from(await last.arrayBuffer())).toEqual(content.subarray(-4))
  })

  it('has nothing beyond its end', async () => {
    const jobId = await finished()
    const response = await fetched('doctor-1', jobId, { range: `bytes=${content.length}-` })

    expect(response.status).toBe(416)
    expect(response.headers.get('content-range')).toBe(`bytes */${content.length}`)
    expect(response.headers.get('content-disposition')).toBeNull()
    expect(await response.json()).toMatchObject({ code: 'RANGE_BEYOND_END' })
    expect(downloads(jobId)).toBe(0)
  })

  it('is described by HEAD without being read, and not sent again to whoever has it', async () => {
    const jobId = await finished()
    const head = await fetched('doctor-1', jobId, {}, 'HEAD')
    const again = await fetched('doctor-1', jobId, { 'if-none-match': etag })

    expect(head.status).toBe(200)
    expect(head.headers.get('content-length')).toBe(String(content.length))
    expect(head.headers.get('etag')).toBe(etag)
    expect(again.status).toBe(304)
    expect(downloads(jobId)).toBe(0)
  })

  it('is described as a whole by HEAD, whatever range is asked for', async () => {
    const jobId = await finished()
    const head = await fetched('doctor-1', jobId, { range: 'bytes=0-3' }, 'HEAD')
    expect([head.status, head.headers.get('content-range')]).toEqual([200, null])
    expect(head.headers.get('content-length')).toBe(String(content.length))
  })

  it('is handed out only as long as it is the file that the caller means', async () => {
    const jobId = await finished()
    const [same, any, other, weak] = await Promise.all(
      [etag, '*', '"other"', `W/${etag}`].map((wanted) => fetched('doctor-1', jobId, { 'if-match': wanted })),
    )
    expect([same, any, other, weak].map((answer) => answer?.status)).toEqual([200, 200, 412, 412])
    expect(other?.headers.get('etag')).toBe(etag)
  })

  it.each([(tag: string) => `W/${tag}`, () => '*', (tag: string) => `"a,b", ${tag}`])(
    'is not sent again to whoever names it as %s',
    async (held) => {
      const again = await fetched('doctor-1', await finished(), { 'if-none-match': held(etag) })
      expect(again.status).toBe(304)
    },
  )

  it('is not handed out when that cannot be accounted for', async () => {
    const jobId = await finished()
    world.faults.audit = true
    const response = await fetched('doctor-1', jobId)
    world.faults.audit = false

    expect(response.status).toBe(500)
    expect(await response.text()).not.toContain('Rao')
    expect(response.headers.get('content-disposition')).toBeNull()
  })

  it('is for whoever asked, not even for admins, whose columns are others', async () => {
    const jobId = await finished()
    for (const who of ['doctor-2', 'patient-1', 'admin-1']) {
      expect((await fetched(who, jobId)).status).toBe(404)
      expect((await world.get(who, `/v1/reports/${jobId}/manifest`)).status).toBe(404)
    }
    expect((await fetched('ops-1', jobId)).status).toBe(403)
    expect((await fetched('nobody', jobId)).status).toBe(401)
  })

  it('is not there before it is finished, nor after failing, and gone once expired', async () => {
    const queued = await world.ask('doctor-1')
    const early = await fetched('doctor-1', queued)
    expect(early.status).toBe(409)
    expect(early.headers.get('retry-after')).toBe('2')

    await world.report(reportFailed, { reportId: queued, code: 'DISK_FULL', reason: 'The disk is full.' })
    expect(await (await fetched('doctor-1', queued)).json()).toMatchObject({ status: 409, code: 'NO_FILE' })

    const expired = await finished()
    await world.report(reportExpired, { reportId: expired })
    expect((await fetched('doctor-1', expired)).status).toBe(410)
    expect((await world.get('doctor-1', `/v1/reports/${expired}/manifest`)).status).toBe(410)
  })

  it('is said to be missing, by our fault, when the store has lost it; and gone when its time is over', async () => {
    const lost = await finished()
    await rm(join(world.artifactsDir, `${lost}.1.csv`))
    expect(await (await fetched('doctor-1', lost)).json()).toMatchObject({
      status: 500,
      code: 'FILE_MISSING',
    })

    const over = await finished('doctor-1', {
      said: { expiresAt: new Date(Date.now() - 1_000).toISOString() },
    })
    await rm(join(world.artifactsDir, `${over}.1.csv`))
    expect((await fetched('doctor-1', over)).status).toBe(410)
  })

  it('is not handed out when it is not what was said', async () => {
    const jobId = await finished('doctor-1', { said: { bytes: content.length + 1 } })

    expect((await fetched('doctor-1', jobId)).status).toBe(500)
  })

  it('is never another file, whatever an event said of its name', async () => {
    await writeFile(join(world.artifactsDir, '..', 'outside.csv'), content)
    const foreign = await finished('doctor-2')
    for (const file of ['..', `${foreign}.1.csv`]) {
      const jobId = await finished('doctor-1', { said: { file } })

      expect((await fetched('doctor-1', jobId)).status).toBe(500)
    }
    await rm(join(world.artifactsDir, '..', 'outside.csv'))
  })

  it.each([
    '..',
    '../../etc/passwd',
    '..%2f..%2fetc%2fpasswd',
    '%2e%2e',
    '%00',
    '..%5c',
    'a%2fb',
    'x'.repeat(300),
  ])('is not to be had by the path %s', async (id) => {
    // By hand: fetch would tidy the path up before sending it.
    const answer = await rawGet(`/v1/reports/${id}/file`)

    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /)
    expect(answer).toContain('application/problem+json')
    expect(answer).not.toContain('root:')
  })

  it('has a manifest beside it', async () => {
    const jobId = await finished()
    const { status, headers, body } = await world.get('doctor-1', `/v1/reports/${jobId}/manifest`)

    expect(status).toBe(200)
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8')
    expect(body).toEqual({ reportId: jobId, rows: 2 })
  })

  it('has a list of what could not be written beside it, where there is something', async () => {
    const list = 'appointment,column,reason\r\na7,reason,the text is not UTF-8\r\n'
    const jobId = await finished('doctor-1', { wish: { gzip: true }, said: { rowsSkipped: 1 } })
    await writeFile(join(world.artifactsDir, `${jobId}.1.errors.csv`), list)
    const response = await world.call('doctor-1', `/v1/reports/${jobId}/errors`)
    const { status, headers } = response

    expect(status).toBe(200)
    expect(await response.text()).toBe(list)
    expect(headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present')
    expect(headers.get('content-disposition')).toContain('filename="appointments.errors.csv"')
    expect(headers.get('cache-control')).toBe('private, no-store')
  })

  it('has no such list where every row is in the file, and none for others', async () => {
    const whole = await finished()
    const broken = await finished('doctor-1', { said: { rowsSkipped: 1 } })
    await writeFile(join(world.artifactsDir, `${broken}.1.errors.csv`), 'appointment,column,reason\r\n')

    expect((await world.get('doctor-1', `/v1/reports/${whole}/errors`)).status).toBe(404)
    expect((await world.get('doctor-2', `/v1/reports/${broken}/errors`)).status).toBe(404)
    expect((await world.get('ops-1', `/v1/reports/${broken}/errors`)).status).toBe(403)
  })

  async function rawGet(path: string) {
    const { hostname, port } = new URL(world.url)
    const socket = connect(Number(port), hostname)
    let answer = ''
    socket.on('data', (chunk) => {
      answer += chunk
    })
    socket.end(
      `GET ${path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer doctor-1\r\nconnection: close\r\n\r\n`,
    )
    await once(socket, 'close')
    return answer
  }
})
