import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type {
  Appointment,
  Campaign,
  DeliveryCounts,
  Fire,
  Job,
  ReportRequest,
  Schedule,
  Session,
  Task,
} from '@rounds/contracts/http'
import { logins } from '../seed/logins.ts'
import { readersDepartmentId } from '../seed/readers.ts'
import { type ApiClient, demoClient, passwordClient } from './api-client.ts'
import { type Downloaded, download } from './download.ts'
import { type Follow, followJob } from './follow-job.ts'
import { markedAndTold, toldInTime } from './told-in-chat.ts'

/** What one step of the tour found. `said` is for people. */
export interface Finding {
  readonly said: string
  readonly [fact: string]: string | number
}

export interface Step {
  readonly step: string
  run(): Promise<Finding>
}

/** The demo tour through the public API: each step does what a person would, and throws where the hospital does not keep its word. */
export function tour(
  url: string,
  filesDir: string,
  atLeastAppointments: number,
  { chatUrl, mailUrl }: { readonly chatUrl: string; readonly mailUrl: string },
): Step[] {
  const found = {} as { admin: ApiClient; doctor: ApiClient; patient: ApiClient; report: Job }
  return [
    {
      step: 'sign-in',
      run: async () => {
        found.admin = await demoClient(url, 'admin')
        found.doctor = await demoClient(url, 'doctor')
        found.patient = await demoClient(url, 'patient')
        const { role } = await found.admin.get<Session>('/v1/session')
        insist(role === 'admin', 'the session is not the one that was opened')
        return { said: 'An admin, a doctor and a patient signed in.' }
      },
    },
    {
      step: 'appointments',
      run: async () => {
        const { items } = await found.admin.get<{ items: Appointment[] }>(
          '/v1/appointments?limit=50&order=latest',
        )
        insist(items.length > 0, 'the list of appointments is empty')
        return { said: `The first page of appointments has ${items.length}.`, items: items.length }
      },
    },
    {
      step: 'chat',
      run: async () => {
        const { spaces, firstMs, ...facts } = await toldInTime(async () =>
          markedAndTold(found.doctor, await unfinished(found.doctor), chatUrl),
        )
        const second =
          firstMs === undefined ? '' : ` (the second try: just after the start it took ${firstMs} ms)`
        return {
          said: `The doctor marked an appointment as checked: ${spaces} heard of it in chat after ${facts.ms} ms${second}, and the appointment says when.`,
          spaces,
          ...facts,
          ...(firstMs === undefined ? {} : { firstMs }),
        }
      },
    },
    {
      step: 'check',
      run: async () => {
        const { appointmentId } = await unfinished(found.doctor)
        await found.doctor.send('PATCH', `/v1/appointments/${appointmentId}`, {
          status: 'checked',
          diagnosis: 'Recovered',
          prescription: 'Rest, "plenty" of it',
        })
        const { status } = await found.doctor.get<Appointment>(`/v1/appointments/${appointmentId}`)
        insist(status === 'checked', `the appointment is ${status} after the doctor marked it as checked`)
        return { said: 'The doctor marked another one, and it is checked.', appointmentId }
      },
    },
    {
      step: 'report',
      run: async () => {
        const { job, saved } = await reported(
          found.admin,
          { report: 'appointments' },
          join(filesDir, 'appointments.csv'),
        )
        found.report = job
        insist(
          saved.rows >= atLeastAppointments,
          `the file has ${saved.rows} of ${atLeastAppointments} appointments`,
        )
        const { rows, bytes, sha256, file } = saved
        return {
          said: `A report of ${rows.toLocaleString('en')} appointments was made and downloaded.`,
          jobId: job.jobId,
          rows,
          bytes,
          sha256,
          file,
        }
      },
    },
    {
      step: 'history',
      run: async () => {
        const { patient, report } = found
        const { items } = await patient.get<{ items: Appointment[] }>('/v1/appointments?limit=200')
        insist(
          items.every((item) => item.patient.id === patient.session.personId),
          'a patient sees the appointments of others',
        )
        const { status, body } = await patient.raw(`/v1/jobs/${report.jobId}`)
        await body?.cancel()
        insist(status === 404, `the admin's report answers ${status} to a patient, not 404`)
        const { saved } = await reported(
          patient,
          { report: 'treatment-history' },
          join(filesDir, 'treatment-history.csv'),
        )
        return {
          said: `The patient downloaded their own history, ${saved.rows} visits, and saw nobody else's.`,
          rows: saved.rows,
        }
      },
    },
    {
      step: 'task',
      run: async () => {
        const { status, successful } = await found.admin.get<Task>(`/v1/tasks/${found.report.jobId}`)
        insist(status === 'SUCCESS' && successful, `Celery's view of the report is ${status}`)
        return { said: 'Asked as Celery would, the report is a SUCCESS.', status }
      },
    },
    {
      step: 'mail',
      run: async () => {
        const before = await caught(mailUrl)
        const { expected, sent, failed, suppressed } = await mailed(found.admin, () => approver(url))
        const inCatcher = await caughtMore(mailUrl, before, sent)
        insist(inCatcher === sent, `${sent} mails are said to be sent, and the catcher holds ${inCatcher}`)
        insist(
          sent === 23 && failed === 1 && suppressed === 1,
          `of ${expected} mails ${sent} were sent, ${failed} failed and ${suppressed} were held back`,
        )
        const said = `Of ${expected} patients ${sent} got a mail, ${failed} has no address that is one, and ${suppressed} wants none; the catcher holds ${inCatcher}.`
        return { said, expected, sent, failed, suppressed, caught: inCatcher }
      },
    },
    {
      step: 'tick',
      run: async () => {
        const { expected, ended, failed } = await ticked(found.admin, () => approver(url))
        insist(ended === 25 && failed === 1, `of ${expected} mails ${ended} have an end, ${failed} failed`)
        const said = `A schedule fired, and all of its ${expected} mails have an end.`
        return { said, expected, ended, failed }
      },
    },
  ]
}

/** A schedule that mails to the same patients, run once by hand: by the clock it is due next January. */
async function ticked(
  admin: ApiClient,
  approver: () => Promise<ApiClient>,
): Promise<NonNullable<Fire['batch']>> {
  const { scheduleId } = await admin.send<Schedule>('POST', '/v1/schedules', {
    // One of an earlier tour may stand there still, if that was broken off.
    name: `Greetings ${randomUUID().slice(0, 8)}`,
    purpose: 'campaign',
    parameters: { campaign: { ...openingHours, name: 'Greetings' } },
    expression: '0 9 1 1 *',
  })
  const path = `/v1/schedules/${scheduleId}`
  const key = { 'idempotency-key': randomUUID() }
  const { fireId } = await admin.send<{ fireId: string }>('POST', `${path}/run`, undefined, key)
  const giveUpAt = Date.now() + 60_000
  for (;;) {
    const made = await admin.raw(`/v1/campaigns/${fireId}`)
    const { state } = (made.ok ? await made.json() : {}) as Partial<Campaign>
    if (state === 'awaiting approval')
      await (await approver()).send('POST', `/v1/campaigns/${fireId}/approve`)
    const { items } = await admin.get<{ items: Fire[] }>(`${path}/fires`)
    const batch = items.find((fire) => fire.fireId === fireId)?.batch
    if (batch && batch.ended === batch.expected && batch.expected === 25) {
      await admin.send('DELETE', path)
      return batch
    }
    insist(Date.now() < giveUpAt, `after a minute the fire has brought ${JSON.stringify(batch ?? 'nothing')}`)
    await sleep(100)
  }
}

/** On a busy day the tours are more than one person may send to: somebody else approves. */
const approver = (url: string) => passwordClient(url, logins.secondAdmin.login, logins.secondAdmin.password)

const openingHours = {
  template: 'announcement',
  purpose: 'administrative',
  audience: { kind: 'people', role: 'patient', departmentId: readersDepartmentId },
  texts: {
    en: {
      subject: 'New opening hours',
      body: 'Dear {{ recipientName }},\n\nfrom Monday we open at eight.',
    },
  },
} as const

/** A mail to the patients of a small department, from the draft to its end. */
async function mailed(admin: ApiClient, approver: () => Promise<ApiClient>): Promise<DeliveryCounts> {
  const draft = await admin.send<Campaign>('POST', '/v1/campaigns', {
    ...openingHours,
    name: 'New opening hours',
  })
  const path = `/v1/campaigns/${draft.campaignId}`
  await admin.send('POST', `${path}/send`, undefined, { 'idempotency-key': randomUUID() })
  const giveUpAt = Date.now() + 60_000
  for (;;) {
    const { state, counts } = await admin.get<Campaign>(path)
    if (state === 'awaiting approval') await (await approver()).send('POST', `${path}/approve`)
    if (state === 'completed' && counts) return counts
    insist(Date.now() < giveUpAt, `the campaign is ${state} after a minute`)
    await sleep(100)
  }
}

/** How many mails with that subject the catcher holds: the witness beside our own counts. */
async function caught(mailUrl: string): Promise<number> {
  const { subject } = openingHours.texts.en
  // Mailpit's; maildev knows no such page.
  const query = encodeURIComponent(subject)
  const pit = await fetch(`${mailUrl}/api/v1/search?query=${query}`)
  if (pit.ok && pit.headers.get('content-type')?.includes('json')) {
    const { messages_count } = (await pit.json()) as { readonly messages_count: number }
    return messages_count
  }
  const { total } = (await (await fetch(`${mailUrl}/api/email/summary?search=${query}&limit=1`)).json()) as {
    readonly total: number
  }
  return total
}

/** As many as came on top, once they are enough: it may show a mail a moment after it took it. */
async function caughtMore(mailUrl: string, before: number, enough: number): Promise<number> {
  const giveUpAt = Date.now() + 10_000
  for (;;) {
    const more = (await caught(mailUrl)) - before
    if (more >= enough || Date.now() > giveUpAt) return more
    await sleep(100)
  }
}

/** A booked appointment of the doctor's whose time has come. */
async function unfinished(doctor: ApiClient): Promise<Appointment> {
  const today = new Date().toLocaleDateString('sv-SE', { timeZone: 'Asia/Kolkata' })
  const { items } = await doctor.get<{ items: Appointment[] }>(
    `/v1/appointments?status=booked&order=latest&to=${today}&limit=200`,
  )
  const due = items.find(({ startsAt }) => Date.parse(startsAt) < Date.now())
  if (due) return due
  throw new Error('the doctor has nobody left to mark as checked; `npm start -- --fresh` brings new patients')
}

/** From the click to the file: asked for, followed to its end, downloaded and compared with what was promised. */
export async function reported(
  client: ApiClient,
  request: ReportRequest,
  file: string,
  follow: Follow = { withinMs: 10 * 60_000 },
): Promise<{ job: Job; saved: Downloaded }> {
  const { jobId } = await client.send<{ jobId: string }>('POST', '/v1/reports', request, {
    'idempotency-key': randomUUID(),
  })
  const job = await followJob(client, jobId, follow)
  insist(job.state === 'done', `the report is ${job.state}: ${job.failure?.reason ?? 'no reason given'}`)
  const saved = await download(client, job.links.download ?? '', file)
  insist(saved.etag === `"${saved.sha256}"`, `the file's ETag is not its hash: ${saved.etag}`)
  const { result } = job
  insist(
    result?.sha256 === saved.sha256 && result.bytes === saved.bytes && result.rows === saved.rows,
    'the downloaded file is not the one that was announced',
  )
  return { job, saved }
}

function insist(isSo: boolean, otherwise: string): asserts isSo {
  if (!isSo) throw new Error(otherwise)
}
