import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { contractOf, jsonSchemaOf } from '@rounds/contracts'
import { Type } from 'typebox'
import { notFound } from '../problem-error.ts'

const config = { policy: 'public' } as const

/** What may be expected of this door and of the events behind it, for machines. */
export function publishContracts(): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get('/openapi.json', { schema: { hide: true }, config }, async () => app.swagger())

    app.get(
      '/schemas/:type/v1',
      {
        schema: {
          tags: ['contracts'],
          operationId: 'eventSchema',
          summary: 'JSON Schema of what an event carries',
          params: Type.Object({
            type: Type.String({ maxLength: 100, description: 'Such as `appointment.checked`' }),
          }),
          response: {
            200: {
              description: 'JSON Schema 2020-12',
              content: { 'application/schema+json': { schema: Type.Unknown() } },
            },
          },
        },
        config,
      },
      async ({ params: { type } }, reply) => {
        const contract = contractOf(type)
        if (!contract) throw notFound()
        reply.type('application/schema+json').serializer(JSON.stringify)
        return jsonSchemaOf(contract)
      },
    )
  }
}
