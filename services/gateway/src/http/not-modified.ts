import type { FastifyInstance } from 'fastify'
import { matchesWeakly } from './entity-tags.ts'

/** Answers 304 wherever a GET has an ETag that the caller already holds (RFC 9110, 13.2.2), instead of sending the body again. */
export function installNotModified(app: FastifyInstance): void {
  app.addHook('onSend', async ({ method, headers }, reply, payload) => {
    const etag = reply.getHeader('etag')
    const held = headers['if-none-match']
    const isRead = method === 'GET' || method === 'HEAD'
    if (!isRead || reply.statusCode !== 200 || typeof etag !== 'string' || held === undefined) return payload
    // Streams say so by themselves, before they open what they would read.
    if (!matchesWeakly(held, etag) || (payload !== null && typeof payload === 'object')) return payload
    reply.code(304).removeHeader('content-type')
    // Of a HEAD the body is measured and dropped by what comes after this.
    if (method === 'HEAD') return payload
    reply.removeHeader('content-length')
    return ''
  })
}
