import type { ReportRequested } from '@rounds/contracts'
import { testServers } from '@rounds/local-servers'
import { anAppointment } from '@rounds/testing'
import { Decimal128, Long } from 'mongodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ExportWorld, openExportWorld, zone } from '../../../test/mongo-export-world.ts'
import { documentsIn } from '../../csv/raw/bson-layout.ts'
import { zoneClock } from '../../csv/zone-clock.ts'
import { planExport } from '../export-plan.ts'

let world: ExportWorld
beforeAll(async () => {
  world = await openExportWorld(testServers().freshDatabase())
  await world.appointments().insertMany(visits)
  // A date that MongoDB can hold and no calendar knows.
  const beyond = [{ $set: { startsAt: { $add: ['$startsAt', Long.fromNumber(9e15)] } } }]
  await world.appointments().updateOne({ _id: 'lost' }, beyond)
  await world.store.collection('deliveries').insertMany(deliveries as never)
  await world.store.collection('audit').insertMany(audit as never)
  await world.work()
})
afterAll(() => world.close())

const empty = { from: '2035-01-01', to: '2035-01-31' }

it.each<[string, Partial<ReportRequested['data']>]>([
  ['the activity of all doctors', { report: 'doctor-activity' }],
  ['the activity of all doctors for Excel', { report: 'doctor-activity', flavour: 'excel' }],
  ['one’s own activity', { report: 'doctor-activity', role: 'doctor', requestedBy: 'rao' }],
  ['activity by day', { report: 'doctor-activity', parameters: { by: 'day', from: '2025-02-01' } }],
  ['activity without its rate', { report: 'doctor-activity', columns: ['missed', 'period'] }],
  ['the activity of an empty period', { report: 'doctor-activity', parameters: empty }],
  ['no-shows', { report: 'no-shows' }],
  ['one’s own no-shows', { report: 'no-shows', role: 'doctor', requestedBy: 'rao' }],
  ['the no-shows of an empty period', { report: 'no-shows', parameters: empty }],
  ['the mail log', { report: 'mail-log' }],
  ['the mail log for Excel', { report: 'mail-log', flavour: 'excel' }],
  ['the mail log of an empty period', { report: 'mail-log', parameters: empty }],
  ['the audit log', { report: 'audit-log' }],
  ['the audit log of an empty period', { report: 'audit-log', parameters: empty }],
])('%s equals what json2csv makes of the same rows', async (_, asked) => {
  const { data, content, outcome } = await made(asked)
  const { text, rows } = await world.oracle(data)
  expect(content).toBe(text)
  expect(outcome).toMatchObject({ rows, rowsSkipped: 0 })
})

describe('the activity of doctors', () => {
  it('counts by doctor and month of the hospital, under the name a doctor has now', async () => {
    expect(await lines({ report: 'doctor-activity', parameters: { to: '2025-12-31' } })).toEqual([
      `2025-01,D-iyer,"'=Dr. Iyer",1,0,0,1,0,`,
      '2025-01,D-rao,Dr. Rao-Sen,3,1,1,0,1,33.3',
      '2025-02,D-rao,Dr. Rao-Sen,2,0,1,0,1,50',
    ])
  })

  it('counts by day where that was asked for, and only days of the period', async () => {
    const parameters = { by: 'day', from: '2025-01-31', to: '2025-02-01' }
    expect(
      await lines({ report: 'doctor-activity', parameters, columns: ['period', 'appointments'] }),
    ).toEqual(['2025-01-31,1', '2025-02-01,1'])
  })

  it('has no row of another doctor, whomever a doctor names', async () => {
    const asked = { report: 'doctor-activity', role: 'doctor', requestedBy: 'iyer' } as const
    const found = await lines({ ...asked, parameters: { doctorId: 'rao' }, columns: ['doctorNumber'] })
    expect(found).toEqual(['D-iyer'])
  })

  it('counts what no calendar knows in no period, and the rest as ever', async () => {
    const asked = { report: 'doctor-activity', columns: ['period', 'doctorNumber', 'appointments'] }
    expect((await lines(asked))[0]).toBe(',D-lost,1')
    expect(await lines(asked)).toHaveLength(4)
  })

  it('comes whole, with its total told at once, when it is more than one answer of the database', async () => {
    const many = Array.from({ length: 6_000 }, (_, n) =>
      visit(`many-${n}`, '2026-05-01T06:00:00Z', 'missed', {
        doctor: { id: `d${n}`, name: 'Dr.', number: `D-${n}` },
      }),
    )
    await world.appointments().insertMany(many)
    const parameters = { from: '2026-05-01', to: '2026-05-31' }
    const data = { ...request, reportId: 'many', report: 'doctor-activity', parameters }
    await using snapshot = await world.reader.read(
      planExport(data, zoneClock(zone)).query,
      new AbortController().signal,
    )
    expect(snapshot.total).toBe(6_000)
    // Read at one moment: these are too late.
    await world.appointments().deleteMany({ _id: /^many-/ })
    const batches = await Array.fromAsync(snapshot.batches(), (batch) => [...documentsIn(batch)].length)
    expect(batches.length).toBeGreaterThan(1)
    expect(batches.reduce((sum, count) => sum + count)).toBe(6_000)
  })
})

describe('the no-shows', () => {
  it('are the appointments that nobody came to, in their order', async () => {
    expect(await lines({ report: 'no-shows', columns: ['appointmentId', 'reason'] })).toEqual([
      `rao-3,"'=1+1"`,
      'rao-5,Cough',
    ])
  })

  it('are never another doctor’s', async () => {
    const asked = { report: 'no-shows', role: 'doctor', requestedBy: 'iyer' } as const
    expect(await lines({ ...asked, parameters: { doctorId: 'rao' } })).toEqual([])
  })
})

describe('the mail log', () => {
  it('tells what became of each mail, and never as a formula', async () => {
    const columns = ['deliveryId', 'outcome', 'recipientName', 'address', 'subject', 'replyCode']
    expect(await lines({ report: 'mail-log', columns })).toEqual([
      `m1,sent,"'=HYPERLINK(""http://example.test"")",ada@example.test,"'@visit",250`,
      'm2,suppressed,Ada Rao,,,',
      'm3,in doubt,Ada Rao,,,',
      'm4,waiting,Row of a list,,,',
      'm5,failed,Ada Rao,,,550',
    ])
  })

  it('is narrowed by what became of them', async () => {
    const asked = { report: 'mail-log', parameters: { outcome: 'failed' }, columns: ['deliveryId', 'code'] }
    expect(await lines(asked)).toEqual(['m5,REFUSED'])
  })
})

describe('the audit log', () => {
  it('tells who did what, to what, when, from where, of whole days of the hospital', async () => {
    const parameters = { from: '2025-03-02', to: '2025-03-02' }
    expect(await lines({ report: 'audit-log', parameters })).toEqual([
      'e2,2025-03-02T00:00:00+05:30,asha,admin,patient.added,ada,127.0.0.1',
      `e3,2025-03-02T23:59:59.999+05:30,anonymous,none,session.refused,"'=1+1",::1`,
    ])
  })
})

let count = 0
const request = {
  reportId: 'r',
  report: '',
  parameters: {},
  flavour: 'standard',
  gzip: false,
  requestedBy: 'p1',
  role: 'admin',
} as const satisfies ReportRequested['data']

async function made(asked: Partial<ReportRequested['data']>) {
  const data = await world.request({ ...request, reportId: `r${++count}`, ...asked })
  const outcome = await world.done(data.reportId)
  return { data, outcome, content: (await world.content(outcome.file)).toString() }
}

/** But for the titles. */
const lines = async (asked: Partial<ReportRequested['data']>) =>
  (await made(asked)).content.split('\r\n').slice(1, -1)

function visit(
  _id: string,
  startsAt: string,
  status: 'booked' | 'checked' | 'cancelled' | 'missed',
  said: Partial<Parameters<typeof anAppointment>[0]> = {},
) {
  const fee = Decimal128.fromString('500.00')
  return anAppointment({ _id, startsAt: new Date(startsAt), status, fee, ...said })
}

const iyer = { doctor: { id: 'iyer', name: '=Dr. Iyer', number: 'D-iyer' } }
const renamed = { doctor: { id: 'rao', name: 'Dr. Rao-Sen', number: 'D-rao' } }
const visits = [
  visit('rao-1', '2025-01-10T06:00:00Z', 'booked', renamed),
  visit('rao-2', '2025-01-11T06:00:00Z', 'checked'),
  // The last minute of January in Kolkata, and the first of February.
  visit('rao-3', '2025-01-31T18:29:00Z', 'missed', { ...renamed, reason: '=1+1' }),
  visit('rao-4', '2025-01-31T18:30:00Z', 'checked', renamed),
  visit('rao-5', '2025-02-10T06:00:00Z', 'missed', renamed),
  visit('iyer-1', '2025-01-10T06:00:00Z', 'cancelled', iyer),
  visit('lost', '2025-01-10T06:00:00Z', 'booked', {
    doctor: { id: 'lost', name: 'Dr. Lost', number: 'D-lost' },
  }),
]

const ada = { kind: 'person', id: 'ada', name: 'Ada Rao', number: 'P-ada' }
const deliveries = [
  delivery(1, 'done', {
    recipient: { ...ada, name: '=HYPERLINK("http://example.test")' },
    outcome: {
      kind: 'sent',
      to: 'ada@example.test',
      subject: '@visit',
      messageId: '<m1@example.test>',
      reply: { code: 250 },
    },
  }),
  delivery(2, 'done', { outcome: { kind: 'suppressed', code: 'NO_CONSENT' } }),
  delivery(3, 'in doubt'),
  delivery(4, 'waiting', { recipient: { kind: 'upload', id: 'c1-2', name: 'Row of a list', row: 2 } }),
  delivery(5, 'failed', {
    outcome: { kind: 'failed', code: 'REFUSED', reply: { code: 550, status: '5.1.1' } },
  }),
]

function delivery(n: number, state: string, said: { recipient?: object; outcome?: object } = {}) {
  const { recipient = ada, outcome } = said
  const input = {
    batchId: 'c1',
    batch: 'campaign',
    lane: 'bulk',
    purpose: 'administrative',
    template: 'announcement',
    language: 'en',
    recipient,
  }
  const acceptedAt = new Date(Date.UTC(2025, 2, n))
  return {
    _id: `m${n}`,
    state,
    attempts: 1,
    acceptedAt,
    input,
    ...(outcome && { outcome, settledAt: acceptedAt }),
  }
}

const audit = [
  entry('e1', '2025-03-01T18:29:59.999Z'),
  entry('e3', '2025-03-02T18:29:59.999Z', {
    who: 'anonymous',
    role: 'none',
    did: 'session.refused',
    to: '=1+1',
    from: '::1',
  }),
  entry('e2', '2025-03-01T18:30:00Z'),
  entry('e4', '2025-03-02T18:30:00Z'),
]

function entry(_id: string, at: string, said: object = {}) {
  return {
    _id,
    at: new Date(at),
    who: 'asha',
    role: 'admin',
    did: 'patient.added',
    to: 'ada',
    from: '127.0.0.1',
    ...said,
  }
}
