import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { type CheckDocument, completeness } from '@rounds/contracts'
import { shownEach } from '../http/index.ts'
import type { Checks } from './suppressions.ts'

export interface CheckCompletenessDeps {
  readonly checks: Checks
}

const shownAtMost = 30

/** What the nightly check found: whether everybody was reached who should have been. */
export function checkCompleteness({ checks }: CheckCompletenessDeps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/v1/completeness',
      {
        config: { policy: { roles: ['admin', 'ops'], scope: 'mail:read' } },
        schema: {
          tags: ['deliveries'],
          operationId: 'checkCompleteness',
          summary: 'What the nightly checks of the last month found',
          response: { 200: completeness },
        },
      },
      async () => shownEach(await checks.latest(shownAtMost), shown),
    )
  }
}

const shown = ({ _id, day, at, batches, fires, missing }: CheckDocument) => ({
  checkId: _id,
  day,
  at: at.toISOString(),
  batches,
  fires,
  missing: missing.map((one) => ({ ...one })),
})
