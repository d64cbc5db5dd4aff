export { isForCampaigns } from './author-templates.ts'
export { missingFor, textFaults, textIn } from './author-texts.ts'
export { countsOf, type Deliveries, type KeptDelivery, noTally, sliceMs, type Tally } from './deliveries.ts'
export { deliveryView } from './delivery-view.ts'
export { reasonInWords } from './failure-reasons.ts'
export type { MailFacts } from './mail-facts.ts'
export type { Mails } from './mails.ts'
export type { SenderTotals, Sending } from './sender-totals.ts'

import type { CampaignRecipientDocument } from '@rounds/contracts'
import type { Service } from '@rounds/service'
import type { AuditModule } from '../audit/index.ts'
import type { AuthModule } from '../auth/index.ts'
import type { GatewayConfig } from '../config.ts'
import type { ModuleFace, WebPages } from '../http/index.ts'
import type { JobsModule } from '../jobs/index.ts'
import type { PeopleModule } from '../people/index.ts'
import { bounceRoute } from './bounce-route.ts'
import { checkCompleteness } from './completeness-route.ts'
import { consentRoutes } from './consent-routes.ts'
import { deliveryRoutes } from './delivery-routes.ts'
import { mongoDeliveries } from './mongo-deliveries.ts'
import { mongoMailFacts } from './mongo-mail-facts.ts'
import { mailIndexes, mongoMails, type StoredMail } from './mongo-mails.ts'
import { mongoReadyMails } from './mongo-ready-mails.ts'
import { mongoSenderTotals } from './mongo-sender-totals.ts'
import { mongoBounces, mongoChecks, mongoConsents, mongoSuppressions } from './mongo-suppressions.ts'
import { requestReportReadyMails } from './report-ready-mails.ts'
import { sendMail } from './send-mail-route.ts'
import { suppressionRoutes } from './suppression-routes.ts'
import { previewTemplate } from './template-routes.ts'
import { unsubscribe } from './unsubscribe-routes.ts'

export type MailModule = ReturnType<typeof mailModule>

/** Single mails, what became of every mail, and who wants none. */
export function mailModule(
  { config, make, now, outbox, store }: Service<GatewayConfig>,
  {
    audit: { audit, auditRead },
    auth: { personById },
    people: { activePerson, namesOf },
    jobs: { decideReport, jobs },
    webPages,
  }: {
    readonly audit: AuditModule
    readonly auth: AuthModule
    readonly people: PeopleModule
    readonly jobs: Pick<JobsModule, 'decideReport' | 'jobs'>
    readonly webPages: WebPages | undefined
  },
) {
  const wake = outbox.ring
  const uploaded = store.collection<CampaignRecipientDocument>('campaignRecipients')
  const deliveries = mongoDeliveries(store, now, wake)
  const mails = mongoMails(store.collection<StoredMail>('mails'), now, wake)
  const mailFacts = mongoMailFacts(store)
  const senderTotals = mongoSenderTotals(store)
  const suppressions = mongoSuppressions(store, now, wake)
  const consents = mongoConsents(store, now)

  return {
    name: 'mail',
    deliveries,
    mails,
    mailFacts,
    senderTotals,
    /** Asks for a mail to each recipient of a finished report. */
    requestReportReadyMails: requestReportReadyMails({
      askForMails: mongoReadyMails(store, wake),
      make,
      now,
    }),
    routes: [
      sendMail({
        mails,
        deliveries,
        jobs,
        activePerson,
        mailFacts,
        namesOf,
        personById,
        decideReport,
        attachmentMaxBytes: config.ATTACHMENT_LIMIT_MB * 1_048_576,
        approvalLimit: config.APPROVAL_LIMIT,
        senderTotals,
        make,
        audit,
        auditRead,
        now,
      }),
      deliveryRoutes({ deliveries, make, audit, auditRead, now, zone: config.HOSPITAL_ZONE }),
      previewTemplate({ mails, make, audit, now }),
      suppressionRoutes({ suppressions, make, audit, auditRead, now }),
      bounceRoute({ bounces: mongoBounces(store, now, wake), make, audit, now }),
      consentRoutes({ consents, activePerson, audit }),
      unsubscribe({
        unsubscribeKeys: config.unsubscribeKeys,
        consents,
        suppressions,
        activePerson,
        uploadedRecipient: async (_id) =>
          (await uploaded.findOne({ _id }, { projection: { mail: 1 } })) ?? undefined,
        make,
        audit,
        now,
        webPages,
      }),
      checkCompleteness({ checks: mongoChecks(store) }),
    ],
    indexes: { mails: mailIndexes },
    outboxes: ['mails', 'resolutions', 'suppressionRequests', 'bounces'],
  } satisfies ModuleFace
}
