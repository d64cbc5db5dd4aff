import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Appointment, Campaign, Chain, ChainStory, Delivery, Job } from '@rounds/contracts/http'
import { type ApiClient, demoClient, download, startStack, type TestStack } from '@rounds/stack'
import { type SmtpSink, smtpSink } from '@rounds/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { until } from './until.ts'

const run = promisify(execFile)
const partner = fileURLToPath(new URL('../../stack/src/partner/main.ts', import.meta.url))

/** One day of one visit; each step goes on from the one before. */
describe('a whole day', () => {
  let stack: TestStack
  let mails: SmtpSink
  let files: string
  let admin: ApiClient
  let doctor: ApiClient
  let appointmentId: string
  let patientMail: string
  let patientId: string

  beforeAll(async () => {
    await until('enough of the day is left', async () => new Date(lateToday()), isMinutesAway, 5 * 60_000)
    files = await mkdtemp(join(tmpdir(), 'rounds-day-'))
    mails = await smtpSink()
    stack = await startStack({
      appointments: 200,
      adjust: (service, environment) =>
        service === 'mailer' ? { ...environment, SMTP_URL: mails.url } : environment,
    })
    admin = await demoClient(stack.url, 'admin')
    doctor = await demoClient(stack.url, 'doctor')
  }, 8 * 60_000)
  afterAll(async () => {
    await stack?.stop()
    await mails?.close()
    if (files) await rm(files, { recursive: true, force: true })
  })

  it('begins with another system that books over the HTTP door, and the patient gets a mail', async () => {
    const token = await letIn('lis')
    const { items } = await admin.get<{ items: Person[] }>('/v1/patients?limit=200')
    const patient = items.find(({ mail }) => mail !== undefined)
    patientMail = patient?.mail ?? ''
    patientId = patient?.patientId ?? ''
    const { number: doctorNumber } = await admin.get<{ number: string }>('/v1/doctors/demo-doctor')

    const answer = await fetch(`${stack.url}/v1/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/cloudevents+json' },
      body: JSON.stringify({
        specversion: '1.0',
        id: 'day-1',
        source: '/lis',
        type: 'appointment.booked',
        time: new Date().toISOString(),
        datacontenttype: 'application/json',
        data: {
          appointmentNumber: 'DAY-1',
          patientNumber: patient?.number,
          doctorNumber,
          startsAt: lateToday(),
          minutes: 15,
        },
      }),
    })

    const { results } = (await answer.json()) as { results: { result: string; appointmentId: string }[] }
    expect([answer.status, results]).toMatchObject([202, [{ result: 'accepted' }]])
    appointmentId = results[0]?.appointmentId ?? ''
    const told = await delivered(({ batchId }) => batchId.startsWith(appointmentId))
    const { events } = await chainOf(told.deliveryId)
    expect(typesOf(events).slice(0, 2)).toEqual(['intake 0', 'appointment.booked 1'])
    // Chat spaces may hear of it as well.
    expect(typesOf(events)).toContain('mail.sent 2')
    expect(events[0]).toMatchObject({ source: '/systems/lis', about: appointmentId })
  })

  it('goes on with the tick that reminds the patient', async () => {
    await admin.send('POST', '/v1/schedules/daily-reminders/run', {})

    const reminder = await delivered(
      ({ template, recipient }) => template === 'visit-reminder' && recipient.id === patientId,
    )

    const { events, counts } = await chainOf(reminder.deliveryId)
    expect(events[0]).toMatchObject({ type: 'tick.fired', source: '/rounds/scheduler', depth: 0 })
    const mail = events.find(({ about }) => about === reminder.deliveryId)
    expect(mail).toMatchObject({ type: 'mail.sent', depth: 1, causeId: events[0]?.eventId })
    expect(counts).toContainEqual({ type: 'tick.fired', count: 1 })
  })

  it('goes on with the doctor who checks the patient, and a card in the chat space', async () => {
    await doctor.send('PATCH', `/v1/appointments/${appointmentId}`, {
      status: 'checked',
      diagnosis: 'Recovered',
    })

    await until(
      'the appointment says when chat was told',
      () => doctor.get<Appointment>(`/v1/appointments/${appointmentId}`),
      ({ chat }) => chat?.word === 'sent',
    )
    // By the word of the place that shows it, and not only by ours, which may speak of the booking.
    const cards = await until(
      'the card is in the chat space',
      async () =>
        stack.chatSink.messages('demo-doctor').filter(({ thread, cardsV2 }) => {
          const [card] = cardsV2 as readonly { cardId: string }[]
          return thread.threadKey === appointmentId && card?.cardId === 'appointment.checked'
        }),
      (found) => found.length > 0,
    )
    expect(cards).toHaveLength(1)
    expect(JSON.stringify(cards)).not.toContain('Recovered')
    const checked = await until(
      'the chain that the check began',
      async () =>
        (await chainsOf(appointmentId)).find(({ startedBy }) => startedBy === 'appointment.checked'),
      (found) => found !== undefined,
    )
    const { events } = await chain(checked?.correlationId ?? '', ({ counts }) =>
      counts.some(({ type }) => type === 'chat.posted'),
    )
    expect(events[0]).toMatchObject({ type: 'appointment.checked', depth: 0, isOrphan: false })
    expect(events.slice(1).map(({ type, depth }) => `${type} ${depth}`)).toContain('chat.posted 1')
  })

  it('ends with the report, downloaded', async () => {
    const { jobId } = await admin.send<{ jobId: string }>(
      'POST',
      '/v1/reports',
      { report: 'appointments' },
      { 'idempotency-key': 'the-report-of-the-day' },
    )
    const job = await until(
      'the report is ready',
      () => admin.get<Job>(`/v1/jobs/${jobId}`),
      ({ state }) => state === 'done',
    )
    const file = await download(admin, job.links.download ?? '', join(files, 'day.csv'))
    expect(file.rows).toBeGreaterThan(200)

    const { events } = await chainOf(jobId)
    expect(typesOf(events).slice(0, 3)).toEqual([
      'report.requested 0',
      'report.started 1',
      'report.completed 1',
    ])
  })

  it('hears later that a mail of a campaign came back: on the delivery, in the counts, in the list of errors', async () => {
    const [gone, there] = ['gone', 'there'].map((who) => `${who}@late-bounce.example.test`)
    const { campaignId } = await admin.send<{ campaignId: string }>('POST', '/v1/campaigns', {
      name: 'Opening hours',
      template: 'announcement',
      purpose: 'administrative',
      audience: { kind: 'upload' },
      texts: { en: { subject: 'Opening hours', body: 'We open at eight.' } },
    })
    await admin.raw(`/v1/campaigns/${campaignId}/recipients`, {
      method: 'POST',
      headers: { 'content-type': 'text/csv' },
      body: `mail,name\n${gone},Gone\n${there},There\n`,
    })
    const key = { 'idempotency-key': 'opening-hours' }
    await admin.send('POST', `/v1/campaigns/${campaignId}/send`, undefined, key)
    const campaign = (isSo: (found: Campaign) => boolean) =>
      until('the campaign', () => admin.get<Campaign>(`/v1/campaigns/${campaignId}`), isSo)
    expect((await campaign(({ state }) => state === 'completed')).counts).toMatchObject({
      sent: 2,
      failed: 0,
    })

    const mail = mails.taken().find(({ to }) => to.includes(gone ?? ''))
    const taken = await admin.raw('/v1/mail/bounces', {
      method: 'POST',
      headers: { 'content-type': 'message/rfc822' },
      body: bounceOf(gone ?? '', mail?.messageId ?? ''),
    })
    expect(taken.status).toBe(202)

    const { counts } = await campaign((found) => found.counts?.failed === 1)
    expect(counts).toMatchObject({ sent: 1, failed: 1 })
    const { items } = await admin.get<{ items: Delivery[] }>(`/v1/deliveries?batchId=${campaignId}`)
    expect(items.map(({ to, state, code, bounce }) => ({ to, state, code, bounce }))).toEqual(
      expect.arrayContaining([
        { to: there, state: 'sent', code: undefined, bounce: undefined },
        {
          to: gone,
          state: 'failed',
          code: 'RETURNED',
          bounce: expect.objectContaining({ kind: 'returned', status: '5.1.1' }),
        },
      ]),
    )
    const errors = await (await admin.raw(`/v1/campaigns/${campaignId}/errors.csv`)).text()
    expect(errors.trim().split('\r\n').slice(1)).toEqual([expect.stringMatching(/Gone.*failed.*RETURNED/)])
  })

  it('left nothing behind that nobody could take, and no event without its cause', async () => {
    const { open } = await admin.get<{ open: number }>('/v1/dead-letters/counts')
    expect(open).toBe(0)
    expect(mails.taken().some(({ to }) => to.includes(patientMail))).toBe(true)
    const items = await chainsOf(appointmentId)
    expect(items.map(({ startedBy }) => startedBy).toSorted()).toEqual([
      'appointment.booked',
      'appointment.checked',
    ])
    for (const { correlationId } of items) {
      const { events } = await chain(correlationId)
      expect(events.filter(({ isOrphan }) => isOrphan)).toEqual([])
    }
  })

  async function delivered(isIt: (delivery: Delivery) => boolean): Promise<Delivery> {
    const sent = await until(
      'a mail that was sent',
      async () =>
        (await admin.get<{ items: Delivery[] }>('/v1/deliveries?state=sent&limit=200')).items.find(isIt),
      (found) => found !== undefined,
    )
    return sent as Delivery
  }

  /** The one chain in which this has a part, once its own event is noted. */
  async function chainOf(id: string): Promise<Chain> {
    const items = await until(
      `a chain with ${id}`,
      () => chainsOf(id),
      (found) => found.length > 0,
    )
    expect(items).toHaveLength(1)
    return chain(items[0]?.correlationId ?? '', ({ events }) => {
      const last = events.filter(({ about }) => about === id)
      return last.some(({ type }) => type === 'mail.sent' || type === 'report.completed')
    })
  }

  const chainsOf = async (id: string) =>
    (await admin.get<{ items: ChainStory[] }>(`/v1/chains?about=${encodeURIComponent(id)}`)).items

  function chain(correlationId: string, isWhole: (found: Chain) => boolean = () => true): Promise<Chain> {
    return until(
      `the chain ${correlationId}`,
      () => admin.get<Chain>(`/v1/chains/${encodeURIComponent(correlationId)}`),
      isWhole,
    )
  }

  async function letIn(system: string): Promise<string> {
    const ports = Object.fromEntries(Object.entries(stack.ports).map(([name, port]) => [name, `${port}`]))
    const { stdout } = await run(process.execPath, [partner, 'add', system], {
      env: { ...process.env, ...ports, DATA_DIR: stack.dataDir },
    })
    return /rounds_system_\S+/.exec(stdout)?.[0] ?? ''
  }
})

/** Not begun, or nobody would be reminded; and today, or the doctor could not check it. Sweden writes days as ISO 8601 does. */
function lateToday(): string {
  const day = new Date().toLocaleDateString('sv-SE', { timeZone: 'Asia/Kolkata' })
  return new Date(`${day}T23:59:00+05:30`).toISOString()
}

/** A day that ends while its story is told would be another day. */
const isMinutesAway = (visit: Date) => visit.getTime() - Date.now() > 3 * 60_000

/** A delivery report about one address (RFC 3464). */
const bounceOf = (address: string, messageId: string) =>
  [
    'From: mailer-daemon@mx.example.test',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=delivery-status; boundary="B"',
    '',
    '--B',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; mx.example.test',
    '',
    `Final-Recipient: rfc822; ${address}`,
    'Action: failed',
    'Status: 5.1.1',
    '',
    '--B',
    'Content-Type: text/rfc822-headers',
    '',
    `Message-ID: ${messageId}`,
    '',
    '--B--',
    '',
  ].join('\r\n')

interface Person {
  readonly patientId: string
  readonly number: string
  readonly mail?: string
}

const typesOf = (events: Chain['events']) => events.map(({ type, depth }) => `${type} ${depth}`)
