import { createHash } from 'node:crypto'
import { type HospitalEvent, type MailDocument, mailRequested } from '@rounds/contracts'
import type { MakeEvent } from '@rounds/messaging'
import { type Job, type JobEvent, titleOf } from '../jobs/index.ts'

export interface ReportReadyMailsDeps {
  /** Keeps mails that nobody asked for before, each with its event. */
  readonly askForMails: (
    mails: ReadonlyArray<{ readonly mail: MailDocument; readonly says: readonly HospitalEvent[] }>,
  ) => Promise<void>
  readonly make: MakeEvent
  readonly now: () => Date
}

/** Everybody a scheduled report is shared with gets a mail with a link when it is ready; once, however often that is heard. */
export function requestReportReadyMails({ askForMails, make, now }: ReportReadyMailsDeps) {
  return async (job: Job, event: JobEvent): Promise<void> => {
    if (event.type !== 'report.completed' || !job.sharedWith || job.sharedWith.length === 0) return
    await askForMails(
      job.sharedWith.map((recipientId) => {
        const mailId = mailIdOf(job._id, recipientId)
        const requested = make(mailRequested, { mailId, template: 'report-ready' }, event, {
          id: `mail@${mailId}`,
        })
        return { mail: mailOf(job, recipientId, mailId, now()), says: [requested] }
      }),
    )
  }
}

const mailOf = (job: Job, recipientId: string, mailId: string, now: Date): MailDocument => ({
  _id: mailId,
  recipientId,
  template: 'report-ready',
  purpose: 'administrative',
  report: { jobId: job._id, as: 'link', fileName: job.fileName, title: titleOf(job) },
  automatic: true,
  requestedBy: job.requestedBy,
  requestedAt: now,
  correlationid: job.correlationid,
})

/** Made from what it is about, so that a second hearing asks for the same mail. */
const mailIdOf = (jobId: string, recipientId: string) =>
  `ready-${createHash('sha256')
    .update(JSON.stringify([jobId, recipientId]))
    .digest('base64url')}`
