import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { asyncApiDocument, publishedSchemas } from '@rounds/contracts'
import { Type } from 'typebox'
import { notFound } from './problem-error.ts'

const config = { policy: 'public' } as const

export interface PublishContractsDeps {
  readonly publicUrl: string
  /** How other systems reach the broker. */
  readonly publicNatsUrls: readonly string[]
}

/** What may be expected of this door and of the events behind it, for machines. */
export function publishContracts({
  publicUrl,
  publicNatsUrls,
}: PublishContractsDeps): FastifyPluginAsyncTypebox {
  const asyncApi = JSON.stringify(asyncApiDocument({ url: publicUrl, natsUrls: publicNatsUrls }))
  return async (app) => {
    app.get('/asyncapi.json', { schema: { hide: true }, config }, async (_request, reply) =>
      reply.type('application/json').send(asyncApi),
    )

    app.get('/openapi.json', { schema: { hide: true }, config }, async () => app.swagger())

    app.get(
      '/schemas/:type/v1',
      {
        schema: {
          tags: ['contracts'],
          operationId: 'eventSchema',
          summary: 'JSON Schema of what an event carries',
          params: Type.Object({
            type: Type.String({
              maxLength: 100,
              description:
                'Such as `appointment.checked`; `intake.appointment.checked` is what other systems say',
            }),
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
        const schema = publishedSchemas.get(type)
        if (!schema) throw notFound()
        reply.type('application/schema+json').serializer(JSON.stringify)
        return schema
      },
    )
  }
}
