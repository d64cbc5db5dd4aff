import {
  appointmentBooked,
  appointmentCancelled,
  appointmentRescheduled,
  type BatchInput,
  type BatchProgress,
  campaignApproved,
  campaignCancelled,
  campaignPaused,
  campaignRequested,
  campaignResumed,
  type DeliveryInput,
  type DeliveryOutcome,
  deliveryResolved,
  mailBounced,
  mailerAppointmentsConsumer,
  mailerMailConsumer,
  mailerTicksConsumer,
  mailRequested,
  suppressionRequested,
  tickFired,
} from '@rounds/contracts'
import { every } from '@rounds/kernel'
import { openLedger, sweeper, workers } from '@rounds/ledger'
import { deliveryKeys, mailRulesOf, signInToken, templateOf } from '@rounds/mail'
import { hears, subscription } from '@rounds/messaging'
import { runService, type Service, type ServiceModule } from '@rounds/service'
import { checkCompleteness } from './check-completeness/check-completeness.ts'
import { loadConfig, type MailerConfig } from './config.ts'
import { type DeliveryClaim, deliverySorting } from './delivery-work.ts'
import { digestTemplate } from './digests.ts'
import { directoryAttachments } from './directory-attachments.ts'
import { domainPace } from './domain-pace.ts'
import { hearTicks } from './hear-ticks/hear-ticks.ts'
import { acceptCampaign, acceptMail, lookAtCampaigns, resolveDelivery } from './hear-wishes/hear-mail.ts'
import { syncCampaigns } from './heed-campaigns/heed-campaigns.ts'
import { listRecipients } from './list-recipients/list-recipients.ts'
import { mongoCampaignWatch } from './mongo-campaign-watch.ts'
import { mongoChecks } from './mongo-checks.ts'
import { mongoDeliveries } from './mongo-deliveries.ts'
import { mongoDigests } from './mongo-digests.ts'
import { mongoMailAllowance } from './mongo-mail-allowance.ts'
import { mongoMailFacts } from './mongo-mail-facts.ts'
import { mongoRecipientPages } from './mongo-recipient-pages.ts'
import { mongoSuppressions } from './mongo-suppressions.ts'
import { mongoWishes } from './mongo-wishes.ts'
import { deliveryMaker } from './new-delivery.ts'
import { places } from './places.ts'
import { relayPermits } from './relay-permits.ts'
import { failedEnding } from './send-mail/ending.ts'
import { sendMail } from './send-mail/send-mail.ts'
import { resolveInDoubt } from './settle-doubts/settle-doubts.ts'
import { messageMaker } from './smtp-message.ts'
import { longestTryMs, smtpSettings } from './smtp-settings.ts'
import { smtpTransport } from './smtp-transport.ts'
import { doSuppressionRequest, handleBounce } from './suppress-addresses/suppress.ts'
import { tellAppointments } from './tell-appointments/tell.ts'

/** Mails in hand for each that is being sent. */
const inHandPerSending = 4

await runService({ name: 'mailer', loadConfig, environment: process.env }, (service) => [mailModule(service)])

/** Sends every mail once, and knows of each what became of it. */
function mailModule({
  config,
  log,
  make,
  metrics,
  now,
  outbox,
  store,
}: Service<MailerConfig>): ServiceModule {
  const { sender, HOSPITAL_ZONE: zone } = config
  const rules = mailRulesOf(config)

  const onSaid = outbox.ring
  const deliveries = openLedger<DeliveryInput, DeliveryOutcome>(store, 'deliveries', {
    repeating: 'doubtful',
    ...deliverySorting,
    writesAtOnce: 1,
    onSaid,
  })
  const batches = openLedger<BatchInput, BatchProgress>(store, 'batches', { repeating: 'safe', onSaid })
  const rows = mongoDeliveries(store)
  const facts = mongoMailFacts(store, { zone, windowMs: rules.windowMs, now })
  const digests = mongoDigests(store)
  const allowance = mongoMailAllowance(store, { secret: config.LINK_SIGNING_KEY, now })
  const campaigns = mongoCampaignWatch(store)
  const wishes = mongoWishes(store)
  const suppressions = mongoSuppressions(store)
  const delivery = deliveryMaker(deliveryKeys(config.LINK_SIGNING_KEY))
  const inDoubt = (template: string) => templateOf(template)?.inDoubt ?? 'hold'

  const message = messageMaker(sender, config.dkim)
  const settings = smtpSettings(config.SMTP_URL, config.SMTP_TLS)
  const paceOf = domainPace(config.domainRates)
  const attachmentOf = directoryAttachments(config.ARTIFACTS_DIR, config.ATTACHMENT_LIMIT_MB * 1_000_000)

  /** A lane has connections, workers and a knowledge of the relay of its own: neither waits for the other. */
  function lane(name: 'care' | 'bulk', concurrency: number) {
    const transport = smtpTransport({
      name: `smtp ${name}`,
      settings,
      from: sender.address,
      message,
      connections: concurrency,
      onAway: (sentence) => log.warn({ lane: name }, sentence),
    })
    const permits = relayPermits()
    const sending = places<DeliveryClaim>(concurrency)
    const senders = workers(
      { ...deliveries, claimMany: (room) => deliveries.claimMany(room, name) },
      {
        name,
        // Those that are not being sent yet are looked at together: what each has to ask and to write down is shared.
        concurrency: concurrency * inHandPerSending,
        permits,
        attempts: 40,
        deadlineMs: 240_000,
        // Called off or late, what is being sent goes on to its end: left behind, nobody would know whether it arrived.
        graceMs: longestTryMs(settings.times) + 10_000,
        perform: sendMail({
          facts,
          allowance,
          digests,
          deliveries,
          delivery,
          campaigns,
          transport,
          paceOf,
          place: sending.take,
          heard: permits.heard,
          suppress: ({ address, ...entry }) =>
            suppressions.add({ _id: address.toLowerCase(), reason: 'refused', ...entry }, now()),
          attachmentOf,
          make,
          house: {
            hospitalName: config.HOSPITAL_NAME,
            zone,
            publicUrl: config.PUBLIC_URL.replace(/\/$/, ''),
          },
          mailDomain: sender.domain,
          tokens: { current: 'k1', secrets: { k1: config.LINK_SIGNING_KEY } },
          signInTokenOf: (mailId) => signInToken(mailId, config.LINK_SIGNING_KEY),
          rules: { ...rules, hospitalZone: zone },
          limit: {
            mailsADay: config.MAILS_PER_RECIPIENT_AND_DAY,
            securityMailsADay: config.SECURITY_MAILS_PER_RECIPIENT_AND_DAY,
            quietMs: config.DIGEST_QUIET_SECONDS * 1_000,
            everyMs: config.DIGEST_EVERY_MINUTES * 60_000,
          },
          now,
          chance: Math.random,
        }),
        onSpent: (claim) => failedEnding('ATTEMPTS_SPENT', claim, { decisions: [] }, make),
        onOver: (claim) => {
          sending.giveBack(claim)
          if (claim.input.template === digestTemplate) void wakeMembers(claim.key)
        },
        onSettled: ({ state }) => metrics.workSettled('deliveries', state),
        log,
      },
    )
    return { transport, senders }
  }
  const [care, bulk] = [lane('care', config.CARE_CONCURRENCY), lane('bulk', config.BULK_CONCURRENCY)]
  const ringLanes = () => {
    care.senders.ring()
    bulk.senders.ring()
  }

  /** Those that wait for a digest look again by themselves too, later. */
  async function wakeMembers(digestId: string) {
    try {
      await digests.wake(digestId)
      care.senders.ring()
    } catch (error) {
      log.warn({ error }, 'mails that a digest told of were not woken')
    }
  }

  const listers = workers(batches, {
    name: 'batches',
    concurrency: 4,
    attempts: 40,
    deadlineMs: 3_600_000,
    perform: listRecipients({
      pages: mongoRecipientPages(store, zone),
      deliveries,
      delivery,
      campaigns,
      hasOpen: rows.hasOpen,
      counts: rows.counts,
      make,
      ring: ringLanes,
      noteProgress: () => listers.noteProgress(),
    }),
    onSpent: ({ outcome = { listed: 0, isListed: false } }) => ({ state: 'failed', outcome, says: [] }),
    onSettled: ({ state }) => metrics.workSettled('batches', state),
    log,
  })

  metrics.gauge('rounds_deliveries_waiting', 'Mails that wait, by lane', 'lane', rows.waiting)
  metrics.gauge('rounds_relay_connections', 'Connections to the relay, by lane', 'lane', () => [
    ['care', care.transport.connections()],
    ['bulk', bulk.transport.connections()],
  ])

  const heed = syncCampaigns({ campaigns, deliveries, ring: bulk.senders.ring })
  const lookAndHeed = async () => {
    await campaigns.look()
    await heed()
  }
  const hearing = {
    deliveries,
    batches,
    wishes,
    delivery,
    ring: { care: care.senders.ring, bulk: bulk.senders.ring, batches: listers.ring },
    look: lookAndHeed,
  }
  const suppressing = { suppressions, wishes }
  const told = tellAppointments({
    deliveries,
    wishes,
    delivery,
    ring: care.senders.ring,
    now,
    isOn: config.APPOINTMENT_MAILS_ENABLED,
  })
  const checks = mongoChecks(store, rows.counts, onSaid)
  const check = checkCompleteness({ ...checks, make, zone, now })
  const subscriptions = [
    subscription(
      mailerMailConsumer,
      32,
      hears(mailRequested, acceptMail(hearing)),
      hears(campaignRequested, acceptCampaign(hearing)),
      hears(campaignApproved, acceptCampaign(hearing)),
      hears(campaignPaused, lookAtCampaigns(hearing)),
      hears(campaignResumed, lookAtCampaigns(hearing)),
      hears(campaignCancelled, acceptCampaign(hearing)),
      hears(deliveryResolved, resolveDelivery(hearing)),
      hears(suppressionRequested, doSuppressionRequest(suppressing)),
      hears(
        mailBounced,
        handleBounce({
          ...suppressing,
          deliveries,
          noteBounce: rows.noteBounce,
          make,
          onUnproven: (id) =>
            log.warn({ id }, 'a bounce that names no mail of ours to that address is not heeded'),
        }),
      ),
    ),
    subscription(
      mailerAppointmentsConsumer,
      32,
      hears(appointmentBooked, told.booked),
      hears(appointmentRescheduled, told.rescheduled),
      hears(appointmentCancelled, told.cancelled),
    ),
    subscription(
      mailerTicksConsumer,
      4,
      hears(tickFired, hearTicks({ batches, wishes, check, zone, ring: listers.ring })),
    ),
  ]

  return {
    name: 'mail',
    prepare() {
      const prepared = [rows, facts, digests, allowance, suppressions, checks].map((one) => one.prepare())
      return Promise.all([...prepared, campaigns.look()])
    },
    outboxes: ['deliveries', 'batches', 'checks'],
    subscriptions,
    components: [
      care.transport,
      bulk.transport,
      every('campaign states', 400, campaigns.look, log),
      every('campaigns', 500, heed, log),
      care.senders,
      bulk.senders,
      listers,
      sweeper(deliveries, { name: 'delivery leases', log, onReturned: ringLanes }),
      sweeper(batches, { name: 'batch leases', log, onReturned: listers.ring }),
      every(
        'doubts',
        1_000,
        resolveInDoubt({ ledger: deliveries, undecided: rows.undecided, inDoubt, make }),
        log,
      ),
    ],
    progressAt: () => Math.max(care.senders.progressAt(), bulk.senders.progressAt(), listers.progressAt()),
  }
}
