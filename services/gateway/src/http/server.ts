import type { Socket } from 'node:net'
import cookie from '@fastify/cookie'
import helmet from '@fastify/helmet'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { isDay, isInstant } from '@rounds/contracts'
import type { Log } from '@rounds/kernel'
import { parseAddress } from '@rounds/mail'
import Fastify, { type FastifyInstance } from 'fastify'
import { callerOf } from './caller.ts'
import { refuseControlCharacters } from './clean-text.ts'
import { compressJson } from './compress-json.ts'
import { type PublishContractsDeps, publishContracts } from './contract-routes.ts'
import { installErrorHandler, sendProblem } from './error-handler.ts'
import { skipBrokenRecords } from './list-serializer.ts'
import {
  answerMalformedRequest,
  enforceBodyTimeout,
  handleExpectHeader,
  nodeRequestChecksOff,
} from './malformed-requests.ts'
import type { GatewayModule } from './module.ts'
import { installNotModified } from './not-modified.ts'
import { describeRoutes, showDocs } from './openapi.ts'
import { notFound } from './problem-error.ts'
import { RequestLimit } from './request-limit.ts'
import { isPage, serveWebPages, type WebPages } from './static-files.ts'
import { traceOf, traceRequests } from './trace-context.ts'
import type { TrustedProxies } from './trusted-proxies.ts'

export interface FrameOptions {
  /** Installs the hook that decides who calls. */
  readonly authenticate: (app: FastifyInstance) => void
  readonly isDatabaseAway: (error: unknown) => boolean
  readonly log: Pick<Log, 'info' | 'error'>
  /** How browsers reach this door. */
  readonly publicUrl: string
  /** Who stands before this process and says who calls. What any other peer says of that is ignored. */
  readonly trustProxy: TrustedProxies
  /** Of one person, token or system. */
  readonly requestsPerMinute: number
  /** The built web UI; without it there is the API alone. */
  readonly webPages?: WebPages | undefined
}

export interface ServerOptions extends FrameOptions, PublishContractsDeps {
  readonly modules: readonly Pick<GatewayModule, 'routes'>[]
  /** Installs the hooks that account for answers. */
  readonly accountForAnswers: (app: FastifyInstance) => void
}

/** The HTTP server, ready to listen or to be asked by a test. Rejects when a route says nothing of who may call it. */
export async function createServer(options: ServerOptions): Promise<FastifyInstance> {
  const app = await frame(options)
  options.accountForAnswers(app)
  await app.register(publishContracts(options))
  for (const { routes = [] } of options.modules) for (const route of routes) await app.register(route)
  await showDocs(app)
  await app.ready()
  return app
}

/** The server without routes: everything that holds for every route. */
export async function frame(deps: FrameOptions): Promise<FastifyInstance> {
  const { log, publicUrl, trustProxy, requestsPerMinute, webPages } = deps
  const isHttps = publicUrl.startsWith('https:')
  const app = Fastify({
    logger: false,
    trustProxy: typeof trustProxy === 'number' ? (_address, hop) => hop < trustProxy : trustProxy,
    bodyLimit: 256 * 1024,
    // For the one upload that is large; what others may take is in `enforceBodyTimeout`.
    requestTimeout: 10 * 60_000,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 400 },
    http: { ...nodeRequestChecksOff, headersTimeout: 30_000 },
    clientErrorHandler: answerMalformedRequest,
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
  skipBrokenRecords(app)
  closeUnusedConnections(app)
  traceRequests(app)
  installErrorHandler(app, deps)
  handleExpectHeader(app)
  enforceBodyTimeout(app)
  installNotModified(app)
  refuseControlCharacters(app)
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
  deps.authenticate(app)
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
  closeIdleConnections(app)
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
function closeUnusedConnections(app: FastifyInstance): void {
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
function closeIdleConnections(app: FastifyInstance): void {
  let closing = false
  app.addHook('preClose', async () => {
    closing = true
  })
  app.addHook('onResponse', async () => {
    if (closing) setImmediate(() => app.server.closeIdleConnections())
  })
}
