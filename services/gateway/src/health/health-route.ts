import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { consumersHealth } from '@rounds/contracts'
import type { CanarySender } from './canary-sender.ts'

export interface ConsumerHealthDeps {
  readonly consumersHealth: CanarySender['health']
}

export function getConsumerHealth(deps: ConsumerHealthDeps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/v1/health/consumers',
      {
        schema: {
          tags: ['health'],
          operationId: 'getConsumerHealth',
          summary: 'Each consumer, and how long its last canary took; who is silent, and since when',
          response: { 200: consumersHealth },
        },
        config: { policy: { roles: ['admin', 'ops'], scope: 'session' } },
      },
      async () => deps.consumersHealth(),
    )
  }
}
