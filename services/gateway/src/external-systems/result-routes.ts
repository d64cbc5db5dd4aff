import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import {
  type EventOutcome,
  type EventResultDocument,
  eventOutcome,
  eventOutcomeList,
  eventOutcomeQuery,
} from '@rounds/contracts'
import { Type } from 'typebox'
import { notFound, pageFrom, pageOf } from '../http/index.ts'
import type { EventResults } from './intake.ts'

export interface AskForResultsDeps {
  readonly eventResults: EventResults
}

const config = { policy: 'system' } as const
const tags = ['systems']

/** What became of a system's events, for itself and nobody else, however they came. */
export function eventResultRoutes({ eventResults }: AskForResultsDeps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/v1/events',
      {
        config,
        schema: {
          tags,
          operationId: 'listEvents',
          summary: 'What became of your events, over NATS and HTTP, for 30 days, newest first',
          querystring: eventOutcomeQuery,
          response: { 200: eventOutcomeList },
        },
      },
      async ({ query, system }) => {
        const page = pageOf(query)
        const found = await eventResults.list(system._id, page, query.result)
        return pageFrom(found, page.limit, ({ _id, at }) => ({ after: at.toISOString(), id: _id }), shown)
      },
    )

    app.get(
      '/v1/events/:eventId',
      {
        config,
        schema: {
          tags,
          operationId: 'getEvent',
          summary: 'What became of one of your events',
          description:
            'Not found means that it has not come, or that it was published over NATS and has not been taken yet, or that 30 days are over.',
          params: Type.Object({ eventId: Type.String({ minLength: 1, maxLength: 200 }) }),
          querystring: Type.Object(
            {
              source: Type.Optional(
                Type.String({
                  minLength: 1,
                  maxLength: 200,
                  description: 'Where several of your sources use the same identifiers; else the latest',
                }),
              ),
            },
            { additionalProperties: false },
          ),
          response: { 200: eventOutcome },
        },
      },
      async ({ params, query, system }) => {
        const found = await eventResults.one(system._id, params.eventId, query.source)
        if (!found) throw notFound()
        return shown(found)
      },
    )
  }
}

function shown({ _id, system, eventId, at, expiresAt, ...rest }: EventResultDocument): EventOutcome {
  return {
    ...(eventId === undefined ? {} : { id: eventId }),
    ...rest,
    at: at.toISOString(),
    expiresAt: expiresAt.toISOString(),
  }
}
