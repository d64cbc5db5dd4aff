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
export function answerBrokenHttp(error: Error & { code?: string }, socket: Socket): void {
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
export function hurryBodies(app: FastifyInstance): void {
  app.addHook('onRequest', async ({ raw, headers, routeOptions: { config } }) => {
    if (headers['content-length'] === undefined && headers['transfer-encoding'] === undefined) return
    const tooSlow = Object.assign(new Error('too slow'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' })
    const timer = setTimeout(() => {
      // Here in whole, though perhaps nobody wants to read it. What a test injects has no socket to hang up on.
      if (!raw.complete && raw.socket instanceof Socket) answerBrokenHttp(tooSlow, raw.socket)
    }, config.bodyPatienceMs ?? usualPatienceMs)
    for (const over of ['end', 'close']) raw.once(over, () => clearTimeout(timer))
  })
}

/** What Node would answer by itself, and not with a problem: such requests come to us like any other. */
export const leaveOddRequestsToUs = { requireHostHeader: false }

/** An unknown `Expect` is ignored, as RFC 9110 allows; a missing `Host` is refused, as it demands. */
export function meetOddRequests(app: FastifyInstance): void {
  app.server.on('checkExpectation', (request, response) => app.server.emit('request', request, response))
  app.addHook('onRequest', async ({ headers, raw }) => {
    if (headers.host === undefined && raw.httpVersion === '1.1')
      throw new ProblemError(400, 'BROKEN_HTTP', 'The request names no host')
  })
}
