import { randomBytes } from 'node:crypto'
import { STATUS_CODES } from 'node:http'
import { Socket } from 'node:net'
import type { Problem } from '@rounds/contracts'
import type { FastifyInstance } from 'fastify'
import { ProblemError } from './problem-error.ts'

const answers: Readonly<Record<string, readonly [status: number, code: string, title: string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'HEADERS_TOO_LARGE', 'The headers are too large'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'TOO_SLOW', 'The request took too long to arrive'],
}
const notHttp = [400, 'BROKEN_HTTP', 'This is not HTTP as we know it'] as const

/** Answers bytes that are no request, and hangs up. They never reach a route, so nobody else makes a problem of them. */
export function answerMalformedRequest(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
  const [status, code, title] = answers[error.code ?? ''] ?? notHttp
  const problem: Problem = {
    type: `urn:rounds:problem:${code.toLowerCase().replaceAll('_', '-')}`,
    title,
    status,
    code,
    traceId: randomBytes(16).toString('hex'),
  }
  const body = JSON.stringify(problem)
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'content-type: application/problem+json',
    `content-length: ${Buffer.byteLength(body)}`,
    'cache-control: no-store',
    'connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy())
}

const usualPatienceMs = 30_000

/** Hangs up on who sends a body drop by drop. Node's own limit is one for all routes, and one of them takes large files. */
export function enforceBodyTimeout(app: FastifyInstance): void {
  app.addHook('onRequest', async ({ raw, headers, routeOptions: { config } }) => {
    if (headers['content-length'] === undefined && headers['transfer-encoding'] === undefined) return
    const tooSlow = Object.assign(new Error('too slow'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' })
    const timer = setTimeout(() => {
      // Here in whole, though perhaps nobody wants to read it. What a test injects has no socket to hang up on.
      if (!raw.complete && raw.socket instanceof Socket) answerMalformedRequest(tooSlow, raw.socket)
    }, config.bodyPatienceMs ?? usualPatienceMs)
    for (const over of ['end', 'close']) raw.once(over, () => clearTimeout(timer))
  })
}

/** What Node would answer by itself, and not with a problem: such requests come to us like any other. */
export const nodeRequestChecksOff = { requireHostHeader: false }

/** What may stand in `Host` (RFC 9110, 7.2; RFC 3986, 3.2.2): a name or an address, perhaps with a port. */
const isHost = /^(\[[\da-f:.]+\]|[\w.~!$&'()*+,;=%-]*)(:\d*)?$/i

/**
 * An unknown `Expect` is ignored, as RFC 9110 allows. A `Host` that is missing, named twice or is none is refused, as it
 * demands: a proxy and this process could each believe another one. A compressed body is refused before it is read.
 */
export function handleExpectHeader(app: FastifyInstance): void {
  app.server.on('checkExpectation', (request, response) => app.server.emit('request', request, response))
  app.addHook('onRequest', async ({ headers, raw }) => {
    const hosts = raw.rawHeaders.filter((_, at, all) => at % 2 === 1 && all[at - 1]?.toLowerCase() === 'host')
    if (hosts.length === 0 && raw.httpVersion === '1.1')
      throw new ProblemError(400, 'BROKEN_HTTP', 'The request names no host')
    if (hosts.length > 1) throw new ProblemError(400, 'BROKEN_HTTP', 'The request names more than one host')
    if (hosts.some((host) => !isHost.test(host)))
      throw new ProblemError(400, 'BROKEN_HTTP', 'The request names a host that is none')
    const coding = headers['content-encoding']?.trim().toLowerCase() || 'identity'
    if (coding !== 'identity')
      throw new ProblemError(415, 'COMPRESSED_BODY', 'Compressed bodies are not taken', {
        detail: 'Send the body without Content-Encoding.',
        headers: { 'accept-encoding': 'identity' },
      })
  })
}
