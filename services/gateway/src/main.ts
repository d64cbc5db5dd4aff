import { auditHeadSubject, type DepartmentDocument, type PersonDocument } from '@rounds/contracts'
import {
  isDatabaseAway,
  mongoStore,
  outboxBacklog,
  outboxRelay,
  StreamIncarnation,
  type WithOutbox,
} from '@rounds/ledger'
import { mailRulesOf } from '@rounds/mail'
import {
  BusAwayError,
  type Connection,
  connectTo,
  eventMaker,
  hearingTable,
  jetstreamBus,
  lateBus,
  putIntoAuditStream,
} from '@rounds/messaging'
import {
  eventually,
  every,
  flowLiveness,
  logger,
  metrics,
  opsServer,
  program,
  runUntilStopped,
} from '@rounds/service-kit'
import { buildApp } from './app.ts'
import { AuditKeys } from './audit-chain.ts'
import { AuditSealer } from './audit-sealer.ts'
import { chatHub } from './chat-hub.ts'
import { chatOfAppointments } from './chat-of-appointments.ts'
import { loadConfig } from './config.ts'
import { directoryArtifacts } from './download-report/artifacts.ts'
import { jobsFollowed } from './follow-jobs/handler.ts'
import { liveHub } from './follow-jobs/live-hub.ts'
import { mailFollowed } from './follow-mail/handler.ts'
import { deadLettersGathered } from './gather-dead-letters/gatherings.ts'
import { historyGathered } from './gather-history/gatherings.ts'
import { ticksHeard } from './hear-ticks/handler.ts'
import type { Job, JobEvent } from './job.ts'
import { mongoAccounts } from './mongo-accounts.ts'
import { mongoAppointments } from './mongo-appointments.ts'
import { auditMover, mongoAudit } from './mongo-audit.ts'
import { mongoAuditHeads } from './mongo-audit-heads.ts'
import { chatOutboxes, mongoChat } from './mongo-chat.ts'
import { mongoDeadLetters } from './mongo-dead-letters.ts'
import { mongoHistory } from './mongo-history.ts'
import { mongoHistoryAccess } from './mongo-history-access.ts'
import { ensureIndexes } from './mongo-indexes.ts'
import { mongoEventResults, mongoIntake, mongoSystems } from './mongo-intake.ts'
import { type JobDocument, mongoJobs } from './mongo-jobs.ts'
import { mongoLoginThrottle } from './mongo-login-throttle.ts'
import { mailOutboxes, mongoMail } from './mongo-mail.ts'
import { mongoDepartments, mongoPeople, renewOwedNames } from './mongo-people.ts'
import { mongoReadyMails } from './mongo-ready-mails.ts'
import { isDatabaseRefusing } from './mongo-refusing.ts'
import { mongoSchedules } from './mongo-schedules.ts'
import { mongoSessions } from './mongo-sessions.ts'
import { mongoSignInLinks } from './mongo-sign-in-links.ts'
import { mongoTokens } from './mongo-tokens.ts'
import { rememberingWhoAsks } from './principal-memory.ts'
import { Refusals } from './refusals.ts'
import { replayer } from './replay-dead-letters/replayer.ts'
import { decide } from './request-report/decide.ts'
import { mongoSubjects } from './request-report/mongo-subjects.ts'
import { scheduledReport } from './scheduled-report.ts'
import { canaryGauges } from './send-canary/canary-gauges.ts'
import { canarySender } from './send-canary/canary-sender.ts'
import { stillSignedIn } from './still-signed-in.ts'
import { intakeAsked, intakeHeard, requestsHeard } from './take-events/handler.ts'
import { listening } from './take-events/listening.ts'
import { takingEvents } from './take-events/take-event.ts'
import { EventTurns } from './take-events/turns.ts'
import { tellRecipients } from './tell-recipients/tell-recipients.ts'
import { readWebPages } from './web-pages.ts'

await program(async () => {
  const config = loadConfig(process.env)
  const log = logger('gateway', config.LOG_LEVEL)
  const now = () => new Date()
  const make = eventMaker('gateway')

  const store = mongoStore(config.MONGO_URL, { appName: 'gateway' })
  const numbers = metrics('gateway')
  const connecting = connectTo({ url: config.NATS_URL, user: 'gateway', password: config.NATS_PASSWORD, log })
  const { eventHandled: onHandled } = numbers
  const bus = lateBus(
    connecting.then((connection) => jetstreamBus(connection, { log, ready: store.ping, onHandled })),
  )
  const speaking = ['appointments', 'jobs', 'schedules', ...mailOutboxes, ...chatOutboxes].map((name) =>
    store.collection<WithOutbox>(name),
  )
  const incarnation = new StreamIncarnation({ stream: 'EVENTS', service: 'gateway', bus, store })
  const outbox = outboxRelay({ name: 'outbox', collections: speaking, bus, incarnation, log })
  const canaries = canarySender({ bus, make, now, everyMs: config.CANARY_SECONDS * 1_000, log })
  numbers.outboxUnsent(outboxBacklog(speaking))
  numbers.consumersPending(bus.flows)
  canaryGauges(numbers, canaries.answers, now)
  const unknownJobs = numbers.counter(
    'rounds_unknown_job_events_total',
    'Events about jobs that are not here',
  )

  const accounts = mongoAccounts(store)
  const sessions = mongoSessions(store, now)
  const tokens = mongoTokens(store, now)
  const auditKeys = new AuditKeys(config.AUDIT_SIGNING_KEY)
  const { audit, auditRead, auditEntry, auditTrail, auditWriter } = mongoAudit(store, now, auditKeys)
  const mover = auditMover(store, log, auditKeys)
  let connection: Connection | undefined
  void connecting.then(
    (there) => {
      connection = there
    },
    () => {},
  )
  const sealer = new AuditSealer({
    writers: [auditWriter, mover.auditWriter],
    keys: auditKeys,
    async publish(writer, head) {
      // Never waited for: the process must be able to stop while the broker was never reached.
      if (!connection) throw new BusAwayError('the broker has not been reached yet')
      return putIntoAuditStream(connection, auditHeadSubject(writer), head)
    },
    ...mongoAuditHeads(store, auditKeys),
    now,
  })
  const refusals = new Refusals(auditEntry, now)

  const jobDocuments = store.collection<JobDocument>('jobs')
  const jobs = mongoJobs(jobDocuments, now, auditKeys, { inserted: (job) => outbox.hand(jobDocuments, job) })
  const hub = liveHub({ jobs, bus, now, log })
  const jobChanged = (job: Job) => {
    outbox.ring()
    hub.show(job)
  }
  const tell = tellRecipients({ askForMails: mongoReadyMails(store, outbox.ring), make, now })
  const jobEvents = jobsFollowed({
    async hear(event: JobEvent) {
      const job = await hub.hear(event)
      if (job) await tell(job, event)
      return job
    },
    onUnknown: ({ type, subject }) => {
      log.warn({ type, subject }, 'an event about a job that is not here')
      unknownJobs(1)
    },
  })
  const signInAlarms = numbers.counterBy(
    'rounds_sign_in_alarms_total',
    'Alarms about guessed passwords, by what is guessed at or from where',
    'of',
  )
  const access = mongoHistoryAccess(store, now, config.HOSPITAL_ZONE)
  const subjects = mongoSubjects({
    people: store.collection<PersonDocument>('people'),
    departments: store.collection<DepartmentDocument>('departments'),
    historyAccess: access.historyAccess,
  })
  const schedules = mongoSchedules(store, outbox.ring)
  const report = scheduledReport({
    decide: (request, asker) => decide(request, asker, subjects),
    personById: accounts.personById,
  })
  const { doctorsOf, ...chat } = mongoChat(store, now, outbox.ring)
  const chatNews = chatHub({ bus, doctorsOf, chatOf: chatOfAppointments(chat).of, log })
  const mail = mongoMail(store, { now, rung: outbox.ring, zone: config.HOSPITAL_ZONE })
  const ticks = ticksHeard({
    ...mail,
    schedules,
    jobs,
    scheduledReport: report,
    personById: accounts.personById,
    subjects,
    approvalLimit: config.APPROVAL_LIMIT,
    auditEntry,
    make,
    now,
    jobAdded: hub.show,
  })
  const unknownCampaigns = numbers.counter(
    'rounds_unknown_campaign_events_total',
    'Events about campaigns that are not here',
  )
  const incompleteBatches = numbers.counter(
    'rounds_incomplete_batches_total',
    'Batches and fires that did not reach everybody, as the nightly check found',
  )
  const mailEvents = mailFollowed({
    campaigns: mail.campaigns,
    onUnknown: (campaignId) => {
      log.warn({ campaignId }, 'an event about a campaign that is not here')
      unknownCampaigns(1)
    },
    onIncomplete: (batch) => {
      log.warn({ ...batch }, 'the nightly check found a batch that did not reach everybody')
      incompleteBatches(1)
    },
  })
  const deadLetters = mongoDeadLetters(store, () => replays.ring())
  const replayed = (['EVENTS', 'TICKS'] as const).map(
    (stream) => new StreamIncarnation({ stream, service: 'gateway', of: 'replays', bus, store }),
  )
  const replays = replayer({ desk: deadLetters, bus, incarnations: replayed, now, log })
  const history = mongoHistory(store)
  const gatherings = [...deadLettersGathered(deadLetters), ...historyGathered(history)]
  for (const { gatherer } of gatherings)
    log.info({ durable: gatherer.durable, stream: gatherer.stream }, 'gathers')
  for (const line of hearingTable([jobEvents, ticks, mailEvents])) log.info({ ...line }, 'hears')

  const systems = mongoSystems(store)
  const intake = mongoIntake(store, now, outbox.ring, auditKeys)
  const longestVisitMinutes = config.VISIT_MINUTES_LIMIT
  const take = takingEvents({ intake, longestVisitMinutes, make, now })
  const turns = new EventTurns(config.EVENTS_PER_MINUTE)
  const answerSystems = intakeAsked({ take, systemBy: systems.by, turns, now })
  const listenToSystems = listening({
    systems: systems.all,
    subscriptionOf: (system) =>
      intakeHeard(system, { take, systemBy: systems.by, isDatabaseRefusing, bus, turns }),
    bus,
    log,
    now,
  })

  const app = await buildApp({
    isDatabaseAway,
    log,
    now,
    make,
    publicUrl: config.PUBLIC_URL,
    publicNatsUrls: config.publicNatsUrls,
    trustProxy: config.trustedProxies,
    longestVisitMinutes,
    openVisitBounds: {
      ofPatient: config.OPEN_VISITS_PER_PATIENT,
      withDoctor: config.OPEN_VISITS_PER_PATIENT_AND_DOCTOR,
    },
    requestsPerMinute: config.REQUESTS_PER_MINUTE,
    eventsPerMinute: config.EVENTS_PER_MINUTE,
    webPages: config.WEB_DIR === undefined ? undefined : await readWebPages(config.WEB_DIR),
    demo: config.DEMO,
    hospital: config.HOSPITAL_NAME,
    zone: config.HOSPITAL_ZONE,
    ...rememberingWhoAsks({ sessions, tokens, people: mongoPeople(store, access.patientsTreated) }, now),
    accounts,
    loginThrottle: mongoLoginThrottle(store),
    signInLinks: mongoSignInLinks(store),
    deviceSecret: config.DELIVERY_SECRET,
    linkSecret: config.DELIVERY_SECRET,
    onLinkFailed: (error) => log.error({ error }, 'a sign-in link was not mailed'),
    onSignInAlarm({ of, tries }) {
      log.warn({ reason: of, count: tries }, 'passwords are being guessed')
      signInAlarms(of)
    },
    personById: accounts.personById,
    audit,
    auditRead,
    auditEntry,
    refusals,
    auditTrail,
    systems,
    systemBehind: systems.behind,
    eventResults: mongoEventResults(store),
    intake,
    departments: mongoDepartments(store),
    appointments: mongoAppointments(store, now, outbox.ring),
    ...mail,
    ...chat,
    chatNews,
    keyring: config.keyring,
    chatSinkOrigin: config.chatSinkOrigin,
    approvalLimit: config.APPROVAL_LIMIT,
    mailRules: mailRulesOf(config),
    uploadMaxBytes: config.UPLOAD_LIMIT_MB * 1_048_576,
    uploadMaxRows: 1_000_000,
    attachmentMaxBytes: config.ATTACHMENT_LIMIT_MB * 1_048_576,
    unsubscribeKeys: { current: 'k1', secrets: { k1: config.DELIVERY_SECRET } },
    jobs,
    mostOpenJobs: config.OPEN_JOBS_PER_PERSON,
    hub,
    progressOf: hub.progressOf,
    retrying: hub.retrying,
    jobAdded: hub.show,
    jobChanged,
    ...access,
    subjects,
    decideReport: (request, asker) => decide(request, asker, subjects),
    schedules,
    scheduledReport: report,
    artifacts: directoryArtifacts(config.ARTIFACTS_DIR),
    consumersHealth: canaries.health,
    deadLetters,
    history,
    stillSignedIn: stillSignedIn({
      sessionStands: sessions.stands,
      tokenStands: tokens.stands,
      personById: accounts.personById,
    }),
  })

  await runUntilStopped(
    [
      store,
      // Made before the door opens, unless that takes long. Again now and then: a database that was restored without its
      // indexes is only slow, not wrong.
      every('indexes', 3_600_000, () => ensureIndexes(store), log, { firstWithinMs: 60_000 }),
      every('names', 60_000, () => renewOwedNames(store), log),
      // What was counted since the last minute is written before the store closes.
      { name: 'last refusals', start: async () => {}, stop: () => refusals.flush() },
      every('refusals', 60_000, () => refusals.flush(), log),
      mover,
      // Closed after the outbox: what was accepted last is still said.
      bus,
      // What was written last is sealed before the bus closes.
      { name: 'last heads', start: async () => {}, stop: () => sealer.seal().catch(() => {}) },
      every('audit heads', 60_000, () => sealer.seal(), log),
      outbox,
      replays,
      hub,
      chatNews,
      canaries,
      eventually(
        'events',
        async () => void (await Promise.all([jobEvents, ticks, mailEvents].map(bus.subscribe))),
        log,
      ),
      every('systems', 2_000, listenToSystems, log),
      eventually('requests', () => bus.serve(requestsHeard, 16, answerSystems), log),
      eventually('gathering', async () => void (await Promise.all(gatherings.map(bus.gather))), log),
      {
        name: 'http',
        start: async () => {
          const url = await app.listen({ host: config.HTTP_HOST, port: config.HTTP_PORT })
          log.info({ url }, 'the door is open')
        },
        stop: () => app.close(),
      },
      opsServer({
        host: config.OPS_HOST,
        port: config.OPS_PORT,
        checks: [{ name: 'mongodb', check: store.ping }],
        vital: [flowLiveness({ flows: bus.flows })],
        metrics: numbers,
      }),
    ],
    { log },
  )
})
