import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { type Component, errorFacts, OperatorError } from '@rounds/kernel'

/** One thing readiness hangs on. */
export interface Check {
  readonly name: string
  /** Throws while it is not well. A `NotReadyError`'s message is shown, of any other error its class and code. */
  check(): Promise<unknown>
}

/** Not well, with a reason that may be shown to anybody. */
export class NotReadyError extends Error {
  override readonly name = 'NotReadyError'
}

export interface OpsServer extends Component {
  /** Where it listens, once started. */
  url(): string
}

export interface OpsServerOptions {
  readonly host?: string
  /** 0 takes a free one. */
  readonly port: number
  readonly checks: readonly Check[]
  /** What starting the process again would mend, and nothing else: also decides whether it is alive. */
  readonly vital?: readonly Check[]
  readonly metrics?: { readonly contentType: string; metrics(): Promise<string> }
  readonly checkWithinMs?: number
}

/**
 * `/healthz` answers 200 while the process turns; `/livez` 503 when a vital check fails, so that whoever started the
 * process starts it again; `/readyz` 200 or 503 with the state of each check, an outage elsewhere included; `/metrics`
 * for Prometheus. Listens on the loopback interface unless told otherwise: it is for the house, not for the street.
 */
export function opsServer({
  host = '127.0.0.1',
  port,
  checks,
  vital = [],
  metrics,
  checkWithinMs = 2_000,
}: OpsServerOptions): OpsServer {
  let server: Server | undefined

  async function answer(request: IncomingMessage, response: ServerResponse) {
    const { pathname } = new URL(request.url ?? '/', 'http://ops')
    if (pathname === '/healthz') return json(response, 200, { ok: true })
    if (pathname === '/livez' || pathname === '/readyz') {
      const asked = pathname === '/livez' ? vital : [...checks, ...vital]
      const results = await Promise.all(asked.map((check) => resultOf(check, checkWithinMs)))
      const ok = results.every((result) => result.ok)
      return json(response, ok ? 200 : 503, { ok, checks: results })
    }
    if (pathname === '/metrics' && metrics) {
      response.writeHead(200, { 'content-type': metrics.contentType })
      return response.end(await metrics.metrics())
    }
    return json(response, 404, { ok: false })
  }

  return {
    name: 'ops server',
    url() {
      const address = server?.address()
      if (!address || typeof address === 'string') throw new Error('the ops server does not listen')
      return `http://${host}:${address.port}`
    },
    async start() {
      const listening = createServer((request, response) => {
        answer(request, response).catch(() => json(response, 500, { ok: false }))
      })
      await new Promise<void>((resolve, reject) => {
        listening.once('error', (cause) => {
          const sentence = `the ops server cannot listen on ${host}:${port}: choose another OPS_PORT`
          reject(new OperatorError(sentence, { cause }))
        })
        listening.listen(port, host, () => resolve())
      })
      server = listening
    },
    async stop() {
      const listening = server
      server = undefined
      if (!listening) return
      await new Promise<void>((resolve) => {
        listening.close(() => resolve())
        listening.closeAllConnections()
      })
    },
  }
}

async function resultOf({ name, check }: Check, withinMs: number) {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new NotReadyError(`no answer within ${withinMs} ms`)), withinMs)
  try {
    await Promise.race([check(), late.promise])
    return { name, ok: true }
  } catch (fault) {
    return { name, ok: false, reason: reasonOf(fault) }
  } finally {
    clearTimeout(timer)
  }
}

function reasonOf(fault: unknown) {
  if (fault instanceof NotReadyError) return fault.message
  const { name, code } = errorFacts(fault)
  return [name, code].filter((part) => part !== undefined).join(' ')
}

function json(response: ServerResponse, status: number, body: unknown) {
  if (response.headersSent) return response.end()
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
  return response.end(JSON.stringify(body))
}
