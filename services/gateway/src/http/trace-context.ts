import { childOf } from '@rounds/messaging'
import type { FastifyInstance } from 'fastify'

declare module 'fastify' {
  interface FastifyRequest {
    trace: Trace
  }
}

/** The story a request belongs to. Handed to the event maker as the cause of what the request sets off. */
export interface Trace {
  readonly traceId: string
  readonly traceparent: string
  readonly correlationid: string
}

const wellFormed = /^[0-9a-e][0-9a-f]-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})$/

/** Goes on with the caller's trace under a span of our own; opens one where there was none, or a broken one. */
export function traceOf(header: string | string[] | undefined): Trace {
  const [, known, flags] = wellFormed.exec(String(header)) ?? []
  const traceparent = childOf(known === undefined ? undefined : `00-${known}-0-${flags}`)
  const traceId = traceparent.slice(3, 35)
  return { traceId, traceparent, correlationid: traceId }
}

/** Gives every request its trace, before anything can go wrong with it, and tells it with the answer. */
export function traceRequests(app: FastifyInstance): void {
  app.decorateRequest('trace', null as unknown as Trace)
  app.addHook('onRequest', async (request, reply) => {
    request.trace = traceOf(request.headers.traceparent)
    reply.header('traceparent', request.trace.traceparent)
  })
}
