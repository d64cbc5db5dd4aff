import { every } from '@rounds/kernel'
import { isDatabaseAway } from '@rounds/mongo'
import { runService, type Service, type ServiceModule } from '@rounds/service'
import { appointmentsModule, historyAccessReader } from './appointments/index.ts'
import { auditModule } from './audit/index.ts'
import { authModule } from './auth/index.ts'
import { campaignsModule } from './campaigns/index.ts'
import { celeryCompatModule } from './celery-compat/index.ts'
import { chatModule } from './chat/index.ts'
import { type GatewayConfig, loadConfig } from './config.ts'
import { deadLettersModule } from './dead-letters/index.ts'
import { externalSystemsModule } from './external-systems/index.ts'
import { healthModule } from './health/index.ts'
import { createServer, ensureIndexes, type GatewayModule, readWebPages, type WebPages } from './http/index.ts'
import { jobsModule } from './jobs/index.ts'
import { liveModule } from './live/index.ts'
import { mailModule } from './mail/index.ts'
import { peopleModule } from './people/index.ts'
import { schedulesModule } from './schedules/index.ts'
import { tracesModule } from './traces/index.ts'

/** The gateway's modules and its HTTP server, not listening yet. */
export async function buildGateway(service: Service<GatewayConfig>, webPages: WebPages | undefined) {
  const { config, log, now, store } = service
  const access = historyAccessReader(service)
  const audit = auditModule(service)
  const auth = authModule(service, { audit, mails: { add: (given, says) => mail.mails.add(given, says) } })
  const people = peopleModule(service, { audit, auth, patientsTreated: access.patientsTreated })
  const appointments = appointmentsModule(service, {
    audit,
    people,
    access,
    chatOfAppointments: {
      mayTell: (principal) => chat.ofAppointments.mayTell(principal),
      of: (ids) => chat.ofAppointments.of(ids),
    },
  })
  const jobs = jobsModule(service, {
    audit,
    auth,
    historyAccess: appointments.historyAccess,
    onFinished: (job, event) => mail.requestReportReadyMails(job, event),
  })
  const mail = mailModule(service, { audit, auth, people, jobs, webPages })
  const campaigns = campaignsModule(service, { audit, people, jobs, mail })
  const chat = chatModule(service, { audit, people, appointments })
  const deadLetters = deadLettersModule(service, { audit, people })
  const externalSystems = externalSystemsModule(service, { audit })
  const modules: readonly GatewayModule[] = [
    audit,
    auth,
    people,
    appointments,
    jobs,
    mail,
    campaigns,
    celeryCompatModule({ jobs, mail, campaigns }),
    schedulesModule(service, { audit, auth, jobs, mail, campaigns }),
    chat,
    deadLetters,
    tracesModule(service),
    externalSystems,
    healthModule(service),
    liveModule({ now, auth, jobs, chat }),
  ]
  const app = await createServer({
    modules,
    authenticate: auth.authenticate(externalSystems.resolveSystem),
    accountForAnswers: audit.accountForAnswers,
    isDatabaseAway,
    log,
    publicUrl: config.PUBLIC_URL,
    publicNatsUrls: config.publicNatsUrls,
    trustProxy: config.trustedProxies,
    requestsPerMinute: config.REQUESTS_PER_MINUTE,
    webPages,
  })
  return { modules, app, refusals: audit.refusals, ensureIndexes: () => ensureIndexes(store, modules) }
}

/** Listens once everything else runs, and closes first. */
async function gateway(service: Service<GatewayConfig>): Promise<readonly ServiceModule[]> {
  const { config, log } = service
  const webPages = config.WEB_DIR === undefined ? undefined : await readWebPages(config.WEB_DIR)
  const { modules, app, ensureIndexes } = await buildGateway(service, webPages)
  // Made before it listens, unless that takes long. Again now and then: a database that was restored without its
  // indexes is only slow, not wrong.
  const indexes = every('indexes', 3_600_000, ensureIndexes, log, { firstWithinMs: 60_000 })
  const http = {
    name: 'http',
    async start() {
      const url = await app.listen({ host: config.HTTP_HOST, port: config.HTTP_PORT })
      log.info({ url }, 'listening')
    },
    stop: () => app.close(),
  }
  return [{ name: 'indexes', components: [indexes] }, ...modules, { name: 'http', components: [http] }]
}

if (import.meta.main) await runService({ name: 'gateway', loadConfig, environment: process.env }, gateway)
