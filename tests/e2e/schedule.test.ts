import type { Fire, Job, Schedule } from '@rounds/contracts/http'
import { freePorts } from '@rounds/local-servers'
import { type ApiClient, demoClient, startStack, type TestStack } from '@rounds/stack'
import { type SmtpSink, smtpSink } from '@rounds/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { until } from './until.ts'

let stack: TestStack
let admin: ApiClient
let sink: SmtpSink
/** Both of them due with the next minute: it is waited for once. */
let ofReport: Schedule
let ofMails: Schedule

beforeAll(async () => {
  sink = await smtpSink()
  stack = await startStack({
    appointments: 1_000,
    adjust: (service, environment) =>
      service === 'mailer' ? { ...environment, SMTP_URL: sink.url } : environment,
  })
  admin = await demoClient(stack.url, 'admin')
  for (const port of await freePorts(2)) await stack.replica('scheduler', { OPS_PORT: `${port}` })
  ofReport = await scheduled('* * * * *')
  ofMails = await admin.send<Schedule>('POST', '/v1/schedules', {
    name: 'Opening hours',
    purpose: 'campaign',
    parameters: { campaign: openingHours },
    expression: '* * * * *',
  })
})
afterAll(async () => {
  await stack?.stop()
  await sink?.close()
})

describe('three schedulers', () => {
  it('make one report of a schedule that is due with the next minute, and its history shows it', async () => {
    const { scheduleId, next } = ofReport

    const fire = await firstFire(scheduleId)
    await admin.send('POST', `/v1/schedules/${scheduleId}/pause`, { reason: 'Seen enough' })

    expect(fire.due).toBe(new Date(next[0]?.at ?? '').toISOString())
    expect(fire).toMatchObject({ by: 'clock', outcome: 'fired' })
    expect(fire.lateMs).toBeLessThan(5_000)
    await finished(fire)
    const jobs = await admin.get<{ items: Job[] }>('/v1/jobs')
    const { items } = await fires(scheduleId)
    expect(jobs.items.filter(({ state }) => state === 'done')).toHaveLength(items.length)
  })

  it('send one mail to each of those whom a schedule is for that is due with the next minute', async () => {
    const { scheduleId, next } = ofMails

    const batch = await until(
      'a fire whose mails all have an end',
      async () => (await fires(scheduleId)).items.at(-1),
      (fire) => fire?.batch !== undefined && fire.batch.ended === 25,
      120_000,
    )
    await admin.send('POST', `/v1/schedules/${scheduleId}/pause`, { reason: 'Seen enough' })

    expect(batch?.due).toBe(new Date(next[0]?.at ?? '').toISOString())
    expect(batch).toMatchObject({ by: 'clock', outcome: 'fired', batch: { expected: 25, failed: 1 } })
    // By the next minute it may have fired once more: an address gets one mail of each fire.
    const { items } = await fires(scheduleId)
    const mailed = sink.taken().filter(({ to }) => to[0]?.startsWith('reader-'))
    const byAddress = Map.groupBy(mailed, ({ to }) => to[0])
    expect([...byAddress.keys()]).toHaveLength(23)
    expect(new Set(mailed.map(({ key }) => key)).size).toBe(mailed.length)
    for (const mails of byAddress.values()) expect(mails.length).toBeLessThanOrEqual(items.length)
  })

  it('make one report of a run by hand, also while the schedule rests', async () => {
    const { scheduleId } = await scheduled('0 0 1 1 *')
    await admin.send('POST', `/v1/schedules/${scheduleId}/pause`, { reason: 'Holidays' })

    const run = await admin.send<{ fireId: string }>('POST', `/v1/schedules/${scheduleId}/run`)

    const fire = await firstFire(scheduleId)
    expect(fire).toMatchObject({ fireId: run.fireId, by: 'person', outcome: 'fired' })
    await finished(fire)
    expect((await fires(scheduleId)).items).toHaveLength(1)
  })
})

const openingHours = {
  name: 'Opening hours',
  template: 'announcement',
  purpose: 'administrative',
  // Of these 25 one has no address that is one, and one wants no such mail.
  audience: { kind: 'people', role: 'patient', departmentId: 'department-wellness' },
  texts: { en: { subject: 'Opening hours', body: 'Dear {{ recipientName }}, we open at eight.' } },
} as const

const scheduled = (expression: string) =>
  admin.send<Schedule>('POST', '/v1/schedules', {
    name: `Appointments of today, ${expression}`,
    purpose: 'report',
    parameters: {
      report: 'appointments',
      parameters: { period: 'today' },
      recipients: [admin.session.personId],
    },
    expression,
    zone: 'Asia/Kolkata',
  })

const fires = (scheduleId: string) => admin.get<{ items: Fire[] }>(`/v1/schedules/${scheduleId}/fires`)

/** The oldest one, once its job is known. */
async function firstFire(scheduleId: string): Promise<Fire> {
  const { items } = await until(
    'a fire with its job',
    () => fires(scheduleId),
    ({ items }) => items.at(-1)?.jobId !== undefined,
    90_000,
  )
  return items.at(-1) as Fire
}

const finished = ({ jobId }: Fire) =>
  until(
    'its report is ready',
    () => admin.get<Job>(`/v1/jobs/${jobId}`),
    ({ state }) => state === 'done',
  )
