import type { Chance } from '@rounds/stack'
import type { Meaningful } from './schema-values.ts'

/** A body that its operation can do something with. */
export interface RightBody {
  /** Absent: JSON, as nearly every operation takes it. */
  readonly type?: string
  /** What to send: an object as JSON, a text as it is. */
  readonly content: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export const rightCampaign = {
  name: 'Opening hours',
  template: 'announcement',
  purpose: 'administrative',
  texts: { en: { subject: 'Opening hours', body: 'Dear {{ recipientName }},\n\nwe open at eight.' } },
}

export const rightSchedule = (name: string) => ({
  name,
  purpose: 'daily-reminders',
  expression: '30 7 * * *',
  parameters: { offsets: ['same-day'] },
})

export const csvList = (rows: number): string =>
  [
    'mail,name,language',
    ...Array.from({ length: rows }, (_, row) => `row-${row}@example.test,"Row, ${row}",en`),
  ].join('\n')

export const preparedSystemId = 'fuzzlab'
const source = '/fuzzlab'

/** What another system says of one of its visits. */
export function eventSaid(id: string) {
  const { specversion, type, data, ...attributes } = sample
  return { specversion, id, source, type, ...attributes, data }
}

const sample = {
  specversion: '1.0',
  type: 'appointment.checked',
  time: '2026-01-31T09:30:00+05:30',
  data: {
    appointmentNumber: 'A-4711',
    patientNumber: 'P-000001',
    doctorNumber: 'KMC-10201',
    startsAt: '2026-01-31T09:15:00+05:30',
    minutes: 15,
    version: 3,
  },
}

const bounceReport = (who: string) =>
  ['Content-Type: multipart/report; report-type=delivery-status; boundary=b', '', bounceParts(who)].join('\n')

const bounceParts = (who: string) =>
  [
    '--b',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; relay.example.test',
    '',
    `Final-Recipient: rfc822; ${who}@example.test`,
    'Action: failed',
    'Status: 5.1.1',
    '',
    '--b--',
    '',
  ].join('\n')

type Making = (known: Meaningful, chance: Chance) => RightBody

const json =
  (...contents: readonly unknown[]): Making =>
  (_known, chance) => ({ content: chance.pick(contents) })

/** The same under a name of its own, since two cannot have one. */
const named =
  (making: Making): Making =>
  (known, chance) => {
    const body = making(known, chance)
    return { ...body, content: { ...Object(body.content), name: `Named ${chance.below(1_000_000_000)}` } }
  }

const { texts } = rightCampaign
const audiences = [
  { kind: 'upload' },
  { kind: 'people', role: 'doctor' },
  { kind: 'people', role: 'doctor', language: 'hi' },
]
const preview = json({}, { texts }, { language: 'hi', texts }, { texts, columns: ['ward'] })
const reason = json({}, { reason: 'a typing error' })

/** By operation: what a generator does not find by chance, since one part has to fit another. */
const makings: Readonly<Record<string, Making>> = {
  addSchedule: named(
    json(
      rightSchedule('Reminders'),
      { name: 'Activity', purpose: 'monthly-activity', expression: '0 6 1 * *', zone: 'Asia/Kolkata' },
      {
        name: 'News',
        purpose: 'campaign',
        expression: '0 9 * * 1',
        parameters: { campaign: { ...rightCampaign, audience: audiences[1] } },
      },
      {
        name: 'Report',
        purpose: 'report',
        expression: '5 0 * * *',
        parameters: { report: 'appointments', recipients: ['demo-admin'] },
      },
    ),
  ),
  changeSchedule: json(
    { name: 'Other reminders' },
    { expression: '*/30 6-9 * * 1-5' },
    { zone: 'Europe/Lisbon', catchUp: { policy: 'all', windowMinutes: 60 } },
    { overlap: 'allow' },
  ),
  previewSchedule: json(
    { expression: '30 7 * * *' },
    { expression: '0 2 29 2 *', zone: 'America/New_York', after: '2026-03-01T00:00:00Z' },
  ),
  pauseSchedule: json({ reason: 'nobody is there' }, { reason: 'it rains' }),
  newCampaign: (_known, chance) => ({ content: { ...rightCampaign, audience: chance.pick(audiences) } }),
  changeCampaign: json({ name: 'Other hours' }, { texts }, { purpose: 'marketing' }),
  uploadRecipients: (_known, chance) => ({
    type: 'text/csv',
    content: chance.pick([csvList(3), csvList(40), `${csvList(2)}\nno address,x,en\nrow-0@example.test,,xx`]),
  }),
  pauseCampaign: reason,
  cancelCampaign: reason,
  sendMail: ({ patientId = ['demo-patient'] }, chance) => ({
    content: { recipientId: chance.pick(patientId), template: 'announcement', texts },
  }),
  resolveDelivery: json({ as: 'sent' }, { as: 'abandon', reason: 'nobody knows' }, { as: 'resend' }),
  previewTemplate: preview,
  testSend: preview,
  suppress: (_known, chance) => ({
    content: {
      mail: `suppressed-${chance.below(1_000)}@example.test`,
      action: chance.pick(['add', 'lift']),
      note: 'asked by telephone',
    },
  }),
  reportBounce: (_known, chance) => {
    const who = `gone-${chance.below(1_000)}`
    return chance.oneIn(2)
      ? { type: 'message/rfc822', content: bounceReport(who) }
      : {
          type: 'multipart/report; report-type=delivery-status; boundary=b',
          content: bounceParts(who),
        }
  },
  eventRoutes: (_known, chance) => {
    const event = eventSaid(`fuzz-${chance.below(1e9)}`)
    const { data, ...attributes } = event
    return chance.pick<RightBody>([
      { type: 'application/cloudevents+json', content: event },
      { type: 'application/cloudevents-batch+json', content: [event, eventSaid(`fuzz-${chance.below(9)}`)] },
      {
        type: 'application/json',
        content: data,
        headers: Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`ce-${name}`, value])),
      },
    ])
  },
  setConsent: json({ marketing: true }, { administrative: false, care: true }),
  unsubscribe: () => ({
    type: 'application/x-www-form-urlencoded',
    content: 'List-Unsubscribe=One-Click',
  }),
  replayDeadLetter: json(
    { as: 'same' },
    { as: 'new', type: 'report.cancel-requested', data: { jobId: 'missing' } },
  ),
  discardDeadLetter: json({ reason: 'of no use' }),
  // Not all of them at once: then there would be none for the others.
  replayDeadLetters: json(
    { filter: { reason: 'nobody said this' }, perSecond: 5 },
    { filter: {}, dryRun: true },
  ),
  discardDeadLetters: json(
    { filter: { reason: 'nobody said this' }, reason: 'x' },
    { filter: {}, reason: 'x', dryRun: true },
  ),
  registerSystem: (_known, chance) => ({
    content: {
      systemId: `sys${chance.below(1e6)}`,
      name: 'A laboratory',
      types: ['appointment.checked'],
      sources: ['/lab/*'],
    },
  }),
  addSpace: named(({ webhook = [] }, chance) => ({
    content: {
      webhook: chance.pick(webhook),
      name: 'A ward',
      rules: [{ news: ['appointment.checked'], departmentId: 'department-1' }],
    },
  })),
  changeSpace: json({ name: 'Another ward' }, { patientShownAs: 'nobody', active: true }, { language: 'hi' }),
  resumeSpace: json({ replay: false }, { replay: true }),
  resolvePost: json({ as: 'posted' }, { as: 'again' }, { as: 'abandon' }),
}

export const rightBodyOf = (operation: string, known: Meaningful, chance: Chance): RightBody | undefined =>
  makings[operation]?.(known, chance)
