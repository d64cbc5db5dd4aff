import type { Socket } from 'node:net'
import cookie from '@fastify/cookie'
import helmet from '@fastify/helmet'
import type { FastifyPluginAsyncTypebox, TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { isDay, isInstant } from '@rounds/contracts'
import { parseAddress } from '@rounds/mail'
import Fastify, { type FastifyInstance } from 'fastify'
import { type AnswerAsCeleryDeps, answerAsCelery } from './answer-as-celery/route.ts'
import type { AuditDocument } from './audit.ts'
import { type AuthenticateDeps, authenticate, callerOf } from './authenticate.ts'
import { type BookAppointmentDeps, bookAppointment } from './book-appointment/route.ts'
import { answerBrokenHttp, hurryBodies, leaveOddRequestsToUs, meetOddRequests } from './broken-http.ts'
import { type CallOffJobDeps, callOffJob } from './call-off-job/route.ts'
import { type ChangeAppointmentDeps, changeAppointment } from './change-appointment/route.ts'
import { type CheckCompletenessDeps, checkCompleteness } from './check-completeness/route.ts'
import { cleanTexts } from './clean-text.ts'
import { compressJson } from './compress-json.ts'
import { type DownloadReportDeps, downloadReport } from './download-report/route.ts'
import { type OpenEmergencyAccessDeps, openEmergencyAccess } from './emergency-access/route.ts'
import { type FillCampaignDeps, fillCampaign } from './fill-campaign/route.ts'
import { type FollowChainDeps, followChain } from './follow-chain/route.ts'
import { type FollowDeliveriesDeps, followDeliveries } from './follow-deliveries/route.ts'
import { type FollowJobsRouteDeps, followJobs } from './follow-jobs/route.ts'
import { type StreamJobsDeps, streamJobs } from './follow-jobs/stream-route.ts'
import { type FollowPostsDeps, followPosts } from './follow-posts/route.ts'
import { type IssueTokenDeps, issueTokens } from './issue-token/route.ts'
import { type KeepConsentsDeps, keepConsents } from './keep-consents/route.ts'
import { type KeepDeadLettersDeps, keepDeadLetters } from './keep-dead-letters/route.ts'
import { type SteerDeadLettersDeps, steerDeadLetters } from './keep-dead-letters/steer-route.ts'
import { type KeepDepartmentsDeps, keepDepartments } from './keep-people/departments.ts'
import { type KeepDoctorsDeps, keepDoctors } from './keep-people/doctors.ts'
import { type KeepPatientsDeps, keepPatients } from './keep-people/patients.ts'
import { type KeepSchedulesDeps, keepSchedules } from './keep-schedules/route.ts'
import { steerSchedules } from './keep-schedules/steer-route.ts'
import { type KeepSpacesDeps, keepSpaces } from './keep-spaces/route.ts'
import { steerSpaces } from './keep-spaces/steer-route.ts'
import { type KeepSuppressionsDeps, keepSuppressions } from './keep-suppressions/route.ts'
import { type KeepSystemsDeps, keepSystems } from './keep-systems/route.ts'
import { type ListAppointmentsDeps, listAppointments } from './list-appointments/route.ts'
import { writeListsWithout } from './list-serializer.ts'
import { type ListUnreachedDeps, listUnreached } from './list-unreached/route.ts'
import { answerNotModified } from './not-modified.ts'
import { type PlanCampaignDeps, planCampaign } from './plan-campaign/route.ts'
import { type PreviewChatDeps, previewChat } from './preview-chat/route.ts'
import { type PreviewTemplateDeps, previewTemplate } from './preview-template/route.ts'
import { answerWithProblems, sendProblem } from './problem-answers.ts'
import { notFound } from './problem-error.ts'
import { describeRoutes, showDocs } from './publish-contracts/openapi.ts'
import { type PublishContractsDeps, publishContracts } from './publish-contracts/route.ts'
import { type ReadAuditDeps, readAudit } from './read-audit/route.ts'
import { accountForAnswers, type Refusals } from './refusals.ts'
import { RequestLimit } from './request-limit.ts'
import { type RequestReportDeps, requestReport } from './request-report/route.ts'
import { type RetryJobDeps, retryJob } from './retry-job/route.ts'
import { type ShowConsumersDeps, showConsumers } from './send-canary/route.ts'
import { type SendMailDeps, sendMail } from './send-mail/route.ts'
import { type SignInDeps, signIn } from './sign-in/route.ts'
import { type SteerCampaignDeps, steerCampaign } from './steer-campaign/route.ts'
import { type TakeBouncesDeps, takeBounces } from './take-bounces/route.ts'
import { type AskForResultsDeps, askForResults } from './take-events/results-route.ts'
import { type TakeEventsDeps, takeEvents } from './take-events/route.ts'
import { traceOf, traceRequests } from './trace.ts'
import type { TrustedProxies } from './trusted-proxies.ts'
import { type TryCampaignDeps, tryCampaign } from './try-campaign/route.ts'
import { type UnsubscribeDeps, unsubscribe } from './unsubscribe/route.ts'
import { isPage, serveWebPages, type WebPages } from './web-pages.ts'

interface Log {
  info(fields: object, message: string): void
  error(fields: object, message: string): void
}

export interface DoorDeps extends Pick<AuthenticateDeps, 'principalBehind' | 'systemBehind'> {
  readonly isDatabaseAway: (error: unknown) => boolean
  readonly log: Log
  /** How browsers reach this door. */
  readonly publicUrl: string
  /** Who stands before this process and says who calls. What any other peer says of that is ignored. */
  readonly trustProxy: TrustedProxies
  /** Of one person, token or system. */
  readonly requestsPerMinute: number
  /** The built web UI; without it there is the API alone. */
  readonly webPages?: WebPages | undefined
}

export type SliceDeps = PublishContractsDeps &
  SignInDeps &
  IssueTokenDeps &
  ReadAuditDeps &
  KeepPatientsDeps &
  KeepDoctorsDeps &
  KeepDepartmentsDeps &
  ListAppointmentsDeps &
  BookAppointmentDeps &
  ChangeAppointmentDeps &
  OpenEmergencyAccessDeps &
  RequestReportDeps &
  FollowJobsRouteDeps &
  StreamJobsDeps &
  CallOffJobDeps &
  RetryJobDeps &
  DownloadReportDeps &
  AnswerAsCeleryDeps &
  ShowConsumersDeps &
  KeepSchedulesDeps &
  PlanCampaignDeps &
  SteerCampaignDeps &
  FollowDeliveriesDeps &
  FillCampaignDeps &
  TryCampaignDeps &
  ListUnreachedDeps &
  SendMailDeps &
  PreviewTemplateDeps &
  KeepSuppressionsDeps &
  TakeBouncesDeps &
  TakeEventsDeps &
  AskForResultsDeps &
  KeepSystemsDeps &
  KeepConsentsDeps &
  UnsubscribeDeps &
  CheckCompletenessDeps &
  KeepDeadLettersDeps &
  SteerDeadLettersDeps &
  FollowChainDeps &
  KeepSpacesDeps &
  PreviewChatDeps &
  FollowPostsDeps

/** Everything the door does, by name: the table of contents. */
const slices = (deps: SliceDeps): Readonly<Record<string, FastifyPluginAsyncTypebox>> => ({
  publishContracts: publishContracts(deps),
  signIn: signIn(deps),
  issueTokens: issueTokens(deps),
  readAudit: readAudit(deps),
  keepPatients: keepPatients(deps),
  keepDoctors: keepDoctors(deps),
  keepDepartments: keepDepartments(deps),
  listAppointments: listAppointments(deps),
  bookAppointment: bookAppointment(deps),
  changeAppointment: changeAppointment(deps),
  openEmergencyAccess: openEmergencyAccess(deps),
  requestReport: requestReport(deps),
  followJobs: followJobs(deps),
  streamJobs: streamJobs(deps),
  callOffJob: callOffJob(deps),
  retryJob: retryJob(deps),
  downloadReport: downloadReport(deps),
  answerAsCelery: answerAsCelery(deps),
  showConsumers: showConsumers(deps),
  keepSchedules: keepSchedules(deps),
  steerSchedules: steerSchedules(deps),
  planCampaign: planCampaign(deps),
  fillCampaign: fillCampaign(deps),
  tryCampaign: tryCampaign(deps),
  steerCampaign: steerCampaign(deps),
  listUnreached: listUnreached(deps),
  sendMail: sendMail(deps),
  followDeliveries: followDeliveries(deps),
  previewTemplate: previewTemplate(deps),
  keepSuppressions: keepSuppressions(deps),
  takeBounces: takeBounces(deps),
  takeEvents: takeEvents(deps),
  askForResults: askForResults(deps),
  keepSystems: keepSystems(deps),
  keepConsents: keepConsents(deps),
  unsubscribe: unsubscribe(deps),
  checkCompleteness: checkCompleteness(deps),
  keepDeadLetters: keepDeadLetters(deps),
  steerDeadLetters: steerDeadLetters(deps),
  followChain: followChain(deps),
  keepSpaces: keepSpaces(deps),
  steerSpaces: steerSpaces(deps),
  previewChat: previewChat(deps),
  followPosts: followPosts(deps),
})

export type Door = FastifyInstance

interface AccountDeps {
  readonly refusals: Pick<Refusals, 'count'>
  readonly auditEntry: (entry: AuditDocument) => Promise<void>
}

/** The whole door, ready to listen or to be asked by a test. Rejects when a route says nothing of who may call it. */
export async function buildApp(deps: DoorDeps & SliceDeps & AccountDeps): Promise<Door> {
  const app = await frame(deps)
  accountForAnswers(app, deps)
  for (const slice of Object.values(slices(deps))) await app.register(slice)
  await showDocs(app)
  await app.ready()
  return app
}

/** The door without what is behind it: everything that holds for every route. */
export async function frame(deps: DoorDeps): Promise<Door> {
  const { log, publicUrl, trustProxy, requestsPerMinute, webPages } = deps
  const isHttps = publicUrl.startsWith('https:')
  const app = Fastify({
    logger: false,
    trustProxy: typeof trustProxy === 'number' ? (_address, hop) => hop < trustProxy : trustProxy,
    bodyLimit: 256 * 1024,
    // For the one upload that is large; what others may take is in `hurryBodies`.
    requestTimeout: 10 * 60_000,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 400 },
    http: { ...leaveOddRequestsToUs, headersTimeout: 30_000 },
    clientErrorHandler: answerBrokenHttp,
    // An address that is none: no route, hence none of the hooks.
    frameworkErrors: (_error, request, reply) => {
      request.trace = traceOf(request.headers.traceparent)
      sendProblem(request, reply, notFound())
    },
    // First fault only, since finding them all in a hostile body costs more than it is worth. Nothing is dropped or
    // converted in silence: what a caller sent is what is checked. Verbose for faults-of.ts, which never repeats a value.
    ajv: {
      customOptions: { removeAdditional: false, coerceTypes: false, allErrors: false, verbose: true },
      // By what reads the value later, in place of Ajv's own: a leap second is no moment to `Date`.
      onCreate: (ajv: { addFormat(name: string, is: (text: string) => boolean): unknown }) => {
        ajv.addFormat('date-time', isInstant)
        ajv.addFormat('date', isDay)
        ajv.addFormat('email', (text) => parseAddress(text).kind === 'mailbox')
      },
    },
  }).withTypeProvider<TypeBoxTypeProvider>()
  app.removeContentTypeParser('text/plain')
  takeEmptyBodies(app)

  refuseUnguardedRoutes(app)
  writeListsWithout(app)
  dropSilentConnections(app)
  traceRequests(app)
  answerWithProblems(app, deps)
  meetOddRequests(app)
  hurryBodies(app)
  answerNotModified(app)
  cleanTexts(app)
  await app.register(cookie)
  await app.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives: contentSecurity },
    strictTransportSecurity: isHttps ? { maxAge: 31_536_000 } : false,
    xFrameOptions: { action: 'deny' },
    referrerPolicy: { policy: 'same-origin' },
  })
  // Far above what a hospital behind one address needs; below what would keep this process from others.
  const everybody = new RequestLimit({ policy: 'requests from an address', quota: 60_000, windowSeconds: 60 })
  // An attacker could try out addresses otherwise. Pages are free: their addresses are the UI's own.
  const astray = new RequestLimit({ policy: 'unknown addresses', quota: 120, windowSeconds: 60 })
  app.addHook('onRequest', async (request) => {
    const limit = request.is404 && !isPage(request) ? astray : everybody
    await limit.take(request.ip, undefined)
  })
  authenticate(app, { ...deps, publicOrigin: new URL(publicUrl).origin })
  const eachOne = new RequestLimit({ policy: 'requests', quota: requestsPerMinute, windowSeconds: 60 })
  app.addHook('onRequest', async (request, reply) => {
    const who = callerOf(request)
    if (who !== undefined) await eachOne.take(who, reply)
  })
  app.addHook('onRequest', async (request, reply) => {
    if (request.url.startsWith('/v1/')) reply.header('cache-control', 'no-store')
  })
  app.addHook('onResponse', async (request, reply) => {
    // The route's pattern, never the URL: what people search for stands in it.
    const { url: route = 'none' } = request.routeOptions
    const { method, trace } = request
    log.info(
      { method, route, status: reply.statusCode, ms: Math.round(reply.elapsedTime), traceId: trace.traceId },
      'answered',
    )
  })
  leaveNoConnectionBehind(app)
  compressJson(app)
  await describeRoutes(app, publicUrl)
  await serveWebPages(app, webPages)
  return app
}

/**
 * Many clients name JSON and send nothing, as with DELETE: an empty body is no body, whatever type it is said to have. Where
 * fields may be given, none are: what needs none is done, and what needs some is refused by their names.
 */
function takeEmptyBodies(app: FastifyInstance): void {
  app.addHook('preValidation', async (request) => {
    const schema = request.routeOptions.schema?.body as { readonly type?: string } | undefined
    if (request.body === undefined && schema?.type === 'object') request.body = {}
  })
  const parseJson = app.getDefaultJsonParser('error', 'error')
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body: string, done) => {
    if (body.length === 0) done(null)
    else void parseJson(request, body, done)
  })
}

/** Neither scripts nor styles stand inline: the web UI brings its theme as a constructed style sheet. */
const contentSecurity = {
  'default-src': ["'none'"],
  'script-src': ["'self'"],
  'style-src': ["'self'"],
  'img-src': ["'self'", 'data:'],
  'font-src': ["'self'"],
  'connect-src': ["'self'"],
  'manifest-src': ["'self'"],
  'base-uri': ["'none'"],
  'form-action': ["'self'"],
  'frame-ancestors': ["'none'"],
}

/** Browsers connect ahead of need. One who never asked anything must not be waited for when the door closes. */
function dropSilentConnections(app: FastifyInstance): void {
  const silent = new Set<Socket>()
  app.server.on('connection', (socket: Socket) => {
    silent.add(socket)
    socket.once('close', () => silent.delete(socket))
  })
  app.server.on('request', ({ socket }) => silent.delete(socket))
  app.addHook('preClose', async () => {
    for (const socket of silent) socket.destroy()
  })
}

/** A route that nobody decided about is open by mistake: such a door does not open at all. */
function refuseUnguardedRoutes(app: FastifyInstance): void {
  const routes: { method: string | string[]; url: string; config?: { policy?: unknown } }[] = []
  app.addHook('onRoute', (route) => {
    routes.push(route)
  })
  app.addHook('onReady', async () => {
    const unguarded = routes.filter(({ config }) => config?.policy === undefined)
    if (unguarded.length > 0) {
      const names = unguarded.map(({ method, url }) => `${method} ${url}`)
      throw new Error(`routes without a policy: ${[...new Set(names)].join(', ')}`)
    }
  })
}

/** Node closes what is idle once, when closing begins: whatever became idle later would hold up the end for a minute. */
function leaveNoConnectionBehind(app: FastifyInstance): void {
  let closing = false
  app.addHook('preClose', async () => {
    closing = true
  })
  app.addHook('onResponse', async () => {
    if (closing) setImmediate(() => app.server.closeIdleConnections())
  })
}
