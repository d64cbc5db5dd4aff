export { approvalReasonOf } from './approval.ts'
export type { Audiences } from './audience.ts'
export { type Campaign, draft, sentOff } from './campaign.ts'
export { type CampaignFaultsDeps, campaignFaults } from './campaign-errors.ts'
export type { Campaigns } from './campaign-store.ts'
export { contributionsToFire, contributorsTo } from './scheduled-campaign.ts'

import { mailRulesOf } from '@rounds/mail'
import type { Service } from '@rounds/service'
import type { AuditModule } from '../audit/index.ts'
import type { GatewayConfig } from '../config.ts'
import type { ModuleFace } from '../http/index.ts'
import type { JobsModule } from '../jobs/index.ts'
import type { MailModule } from '../mail/index.ts'
import type { PeopleModule } from '../people/index.ts'
import { campaignDraftRoutes } from './draft-routes.ts'
import { dryRunCampaign } from './dry-run-route.ts'
import { exportFailures } from './errors-csv-route.ts'
import { campaignEventHandlers } from './event-handlers.ts'
import { campaignLifecycleRoutes } from './lifecycle-routes.ts'
import { mongoAudiences } from './mongo-audience.ts'
import { mongoCampaigns, type StoredCampaign } from './mongo-campaign-store.ts'
import { mongoRecipientLists } from './mongo-recipient-lists.ts'
import { uploadRecipients } from './upload-recipients-route.ts'

export type CampaignsModule = ReturnType<typeof campaignsModule>

/** Mail to many: drafts, lists of recipients, dry runs, approval, and what became of them. */
export function campaignsModule(
  { config, log, make, metrics, now, outbox, store }: Service<GatewayConfig>,
  {
    audit: { audit, auditRead },
    people: { namesOf },
    jobs: { subjects },
    mail: { deliveries, mailFacts, senderTotals },
  }: {
    readonly audit: AuditModule
    readonly people: PeopleModule
    readonly jobs: Pick<JobsModule, 'subjects'>
    readonly mail: MailModule
  },
) {
  const campaigns = mongoCampaigns(store.collection<StoredCampaign>('campaigns'), now, outbox.ring)
  const audiences = mongoAudiences(store, config.HOSPITAL_ZONE)
  const unknown = metrics.counter(
    'rounds_unknown_campaign_events_total',
    'Events about campaigns that are not here',
  )
  const incomplete = metrics.counter(
    'rounds_incomplete_batches_total',
    'Batches and fires that did not reach everybody, as the nightly check found',
  )
  const viewing = { campaigns, deliveries, namesOf, subjects, audit, now }
  const approving = { senderTotals, approvalLimit: config.APPROVAL_LIMIT }

  return {
    name: 'campaigns',
    campaigns,
    audiences,
    routes: [
      campaignDraftRoutes(viewing),
      uploadRecipients({
        campaigns,
        recipientLists: mongoRecipientLists(store),
        uploadMaxBytes: config.UPLOAD_LIMIT_MB * 1_048_576,
        uploadMaxRows: config.uploadMaxRows,
        audit,
        now,
      }),
      dryRunCampaign({
        ...approving,
        campaigns,
        audiences,
        mailFacts,
        auditRead,
        now,
        hospital: config.HOSPITAL_NAME,
        zone: config.HOSPITAL_ZONE,
        mailRules: mailRulesOf(config),
        publicUrl: config.PUBLIC_URL,
      }),
      campaignLifecycleRoutes({ ...viewing, ...approving, audiences, make }),
      exportFailures({ campaigns, deliveries, audit }),
    ],
    subscriptions: [
      campaignEventHandlers({
        campaigns,
        onUnknown(campaignId) {
          log.warn({ campaignId }, 'an event about a campaign that is not here')
          unknown(1)
        },
        onIncomplete(batch) {
          log.warn({ ...batch }, 'the nightly check found a batch that did not reach everybody')
          incomplete(1)
        },
      }),
    ],
    indexes: {
      campaigns: [{ key: { createdAt: -1, _id: -1 } }, { key: { state: 1, createdAt: -1, _id: -1 } }],
      // One mailbox once: what an upload names twice is refused by this.
      campaignRecipients: [
        { key: { campaignId: 1, row: 1 } },
        { key: { campaignId: 1, key: 1 }, unique: true },
      ],
    },
    outboxes: ['campaigns'],
  } satisfies ModuleFace
}
