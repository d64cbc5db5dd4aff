import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { chain, chainList, chainQuery } from '@rounds/contracts'
import { Type } from 'typebox'
import { notFound, type Policy, shownEach } from '../http/index.ts'
import type { History, Said } from './event-log.ts'
import { treeOf } from './trace-tree.ts'

export interface FollowChainDeps {
  readonly history: Pick<History, 'chainsAbout' | 'chain' | 'deadIn'>
}

const tags = ['chains']
const policy: Policy = { roles: ['admin', 'ops'], scope: 'dead-letters:read' }
const most = 1_000

/** What one thing set off: every event with its cause, back to the start. Identifiers only. */
export function traceRoutes({ history }: FollowChainDeps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/v1/chains',
      {
        config: { policy },
        schema: {
          tags,
          operationId: 'listChains',
          summary: 'The chains in which something has a part, latest first',
          querystring: chainQuery,
          response: { 200: chainList },
        },
      },
      async ({ query: { about } }) => {
        return shownEach(await history.chainsAbout(about), (one) => ({
          ...one,
          startedAt: one.startedAt.toISOString(),
        }))
      },
    )

    app.get(
      '/v1/chains/:correlationId',
      {
        config: { policy },
        schema: {
          tags,
          operationId: 'readChain',
          summary: 'All that one request, tick or message set off, as a tree with times',
          params: Type.Object({ correlationId: Type.String({ minLength: 1, maxLength: 200 }) }),
          response: { 200: chain },
        },
      },
      async ({ params: { correlationId } }) => {
        const [{ said, counts }, dead] = await Promise.all([
          history.chain(correlationId, most),
          history.deadIn(correlationId),
        ])
        const { items: shown, ...damaged } = await shownEach(said.slice(0, most), withTime)
        const times = shown.map(({ at }) => at.getTime())
        const [first, last] = [Math.min(...times), Math.max(...times)]
        if (shown.length === 0) throw notFound()
        return {
          correlationId,
          startedAt: new Date(first).toISOString(),
          endedAt: new Date(last).toISOString(),
          events: treeOf(shown, dead),
          isWhole: said.length <= most,
          counts: [...counts],
          ...damaged,
        }
      },
    )
  }
}

/** An event that nobody can place in time spoils no tree. */
function withTime(said: Said): Said {
  said.at.toISOString()
  return said
}
