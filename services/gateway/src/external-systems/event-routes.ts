import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import {
  appointmentEvent,
  appointmentEventData,
  type EventResult,
  eventResults,
  type IntakeEvent,
  isTooDeep,
  type NotTaken,
  openIntake,
  openStructured,
  readableAttributes,
  readableNames,
  readIntake,
} from '@rounds/contracts'
import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { ProblemError, RequestLimit, traceOf } from '../http/index.ts'
import { asItCame, type TakeEventDeps, takingEvents } from './accept-event.ts'
import { sampleEvent } from './sample-event.ts'

export interface TakeEventsDeps extends TakeEventDeps {
  /** Of one system. */
  readonly eventsPerMinute: number
}

const structured = 'application/cloudevents+json'
const batch = 'application/cloudevents-batch+json'
const binary = 'application/json'
const mostInBatch = 500
const atOnce = 8

const described = (description: string, ...examples: unknown[]) => ({
  schema: Type.Unsafe<Buffer>({ description, examples }),
})

/** Of binary mode alone; whether they are there is looked at with the event. */
const binaryAttributes = Object.fromEntries(
  ['specversion', 'id', 'source', 'type', 'time', 'dataschema'].map((name) => [
    `ce-${name}`,
    Type.Optional(Type.String({ description: `\`${name}\` in binary mode` })),
  ]),
)

/** What other systems say over HTTP. Answered once it is written down. */
export function eventRoutes(deps: TakeEventsDeps): FastifyPluginAsyncTypebox {
  const take = takingEvents(deps)
  const limit = new RequestLimit({ policy: 'events', quota: deps.eventsPerMinute, windowSeconds: 60 })
  return async (app) => {
    // As bytes: whether they are UTF-8 and JSON is looked at where the other door looks, too.
    app.removeAllContentTypeParsers()
    for (const type of [structured, batch, binary])
      app.addContentTypeParser(type, { parseAs: 'buffer' }, (_request, body, done) => done(null, body))

    app.post(
      '/v1/events',
      {
        // A machine's door: nothing here looks at a cookie.
        config: {
          policy: 'system',
          fromAnywhere: true,
          describedBody: {
            [structured]: appointmentEvent,
            [batch]: Type.Array(appointmentEvent, { minItems: 1, maxItems: mostInBatch }),
            [binary]: appointmentEventData,
          },
        },
        schema: {
          tags: ['systems'],
          operationId: 'eventRoutes',
          summary: 'Say what happened in another system (CloudEvents 1.0)',
          description:
            'One event in structured mode, one in binary mode (`ce-` headers, the data as body), or a batch of up to 500. Each is written down before the answer, and the same `source` and `id` again is a duplicate for ever. The order does not matter: of each appointment the highest `version` holds, or without versions the latest `time`. A batch is answered event by event; a single event that is not taken, with a problem. What an event may say stands at `/asyncapi.json`.',
          headers: Type.Object(binaryAttributes),
          body: {
            content: {
              [structured]: described('An event as JSON', sampleEvent),
              [batch]: described('A list of events', [sampleEvent]),
              [binary]: described('The data alone; the attributes come as `ce-` headers', sampleEvent.data),
            },
          },
          response: { 202: eventResults },
        },
      },
      async (request, reply) => {
        const body = request.body as Buffer | undefined
        if (!body || body.length === 0) throw broken('There is no event')
        const type = String(request.headers['content-type']).toLowerCase()
        const events = type.startsWith(batch) ? listIn(body) : undefined
        await limit.take(request.system._id, reply, events?.length)
        const results = events ? await takeBatch(request, events) : [await takeOne(request, body)]
        reply.code(202)
        return { results }
      },
    )
  }

  async function takeOne(request: FastifyRequest, body: Buffer): Promise<EventResult> {
    const headers = eventHeaders(request)
    const result = await take({
      ...arrivalOf(request, openIntake({ headers, body })),
      named: readableAttributes({ headers, body }),
      raw: asItCame({ headers, body }),
    })
    if (result.result !== 'rejected') return result
    throw new ProblemError(422, result.code ?? 'NOT_HANDLED', 'This event is not taken', {
      errors: result.errors ?? [],
    })
  }

  async function takeBatch(request: FastifyRequest, events: readonly unknown[]): Promise<EventResult[]> {
    const results: EventResult[] = []
    for (let next = 0; next < events.length; next += atOnce)
      results.push(
        ...(await Promise.all(
          events.slice(next, next + atOnce).map((event) => {
            const opened = openStructured(event)
            const said =
              'faults' in opened
                ? ({ code: 'NOT_AN_EVENT', faults: opened.faults } as const)
                : readIntake(opened.event)
            return take({
              ...arrivalOf(request, said),
              named: 'event' in opened ? readableNames(opened.event) : {},
              // What is too deep to be read is too deep to be written.
              raw: Buffer.from(isTooDeep(event) ? '' : JSON.stringify(event)),
            })
          }),
        )),
      )
    return results
  }

  function arrivalOf(request: FastifyRequest, said: IntakeEvent | NotTaken) {
    const { system, ip, trace } = request
    const cause = 'traceparent' in said ? traceOf(said.traceparent) : trace
    return { system, door: 'http', from: ip, at: deps.now(), said, cause } as const
  }
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true })

function listIn(body: Buffer): unknown[] {
  let list: unknown
  try {
    list = JSON.parse(strictUtf8.decode(body))
  } catch {
    // Not the cause: its message may quote what it choked on.
    return notJson()
  }
  if (!Array.isArray(list) || list.length === 0 || list.length > mostInBatch)
    throw broken(`A batch is a list of 1 to ${mostInBatch} events`)
  return list
}

const notJson = (): never => {
  throw broken('The batch is not JSON in UTF-8')
}

const broken = (title: string) => new ProblemError(400, 'INVALID_JSON', title)

function eventHeaders({ headers }: FastifyRequest): Record<string, string> {
  const isOurs = ([name, value]: [string, unknown]) =>
    typeof value === 'string' && /^(ce-.+|content-type|traceparent)$/.test(name)
  return Object.fromEntries(Object.entries(headers).filter(isOurs) as [string, string][])
}
