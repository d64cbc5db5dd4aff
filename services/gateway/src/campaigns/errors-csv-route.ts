import { Readable } from 'node:stream'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { deliveryStateOf, identifier } from '@rounds/contracts'
import { guarded, quoted } from '@rounds/service'
import { Type } from 'typebox'
import type { Audit } from '../audit/index.ts'
import { notFound, shownEach } from '../http/index.ts'
import { type Deliveries, type KeptDelivery, reasonInWords } from '../mail/index.ts'
import type { Campaigns } from './campaign-store.ts'

export interface ExportFailuresDeps {
  readonly campaigns: Pick<Campaigns, 'one'>
  readonly deliveries: Pick<Deliveries, 'unreached'>
  readonly audit: Audit
}

const text = { schema: Type.Unsafe({ type: 'string' }) }
const header = ['number', 'name', 'state', 'code', 'reason', 'when']

/** Whom a campaign did not reach, as a file to work through. */
export function exportFailures({
  campaigns,
  deliveries,
  audit,
}: ExportFailuresDeps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/v1/campaigns/:id/errors.csv',
      {
        config: { policy: { roles: ['admin'], scope: 'mail:read' } },
        schema: {
          tags: ['campaigns'],
          operationId: 'exportFailures',
          summary: 'Whom a campaign did not reach, and why',
          description:
            'CSV. `number` is the hospital number, or the row of an upload. Addresses do not stand in it.',
          params: Type.Object({ id: identifier('The campaign') }),
          response: { 200: { description: 'As CSV', content: { 'text/csv': text } } },
        },
      },
      async (request, reply) => {
        const campaign = await campaigns.one(request.params.id, request.principal)
        if (!campaign) throw notFound()
        await audit(request, 'campaign.errors-downloaded', campaign._id)
        reply.headers({
          'content-type': 'text/csv; charset=utf-8; header=present',
          'content-disposition': `attachment; filename="campaign-${campaign._id}-errors.csv"`,
          'cache-control': 'private, no-store',
          'x-content-type-options': 'nosniff',
        })
        return reply.send(Readable.from(linesOf(deliveries.unreached(campaign._id))))
      },
    )
  }
}

async function* linesOf(unreached: AsyncIterable<KeptDelivery>): AsyncGenerator<string> {
  yield line(header)
  for await (const delivery of unreached) {
    const { items, broken = [] } = await shownEach([delivery], cellsOf)
    yield* items.map(line)
    yield* broken.map(({ id, reason }) => line([id, '', deliveryStateOf(delivery), 'DAMAGED', reason, '']))
  }
}

function cellsOf(delivery: KeptDelivery): string[] {
  const { recipient } = delivery.input
  const { outcome, settledAt } = delivery
  const code = outcome?.code ?? ''
  return [
    recipient.kind === 'person' ? recipient.number : String(recipient.row),
    recipient.name,
    deliveryStateOf(delivery),
    code,
    code && reasonInWords(code),
    settledAt?.toISOString() ?? '',
  ]
}

// Names are what people typed, and uploads are anybody's: no cell may become a formula.
const line = (cells: readonly string[]) =>
  `${cells.map((cell) => quoted(guarded(cell, 'standard'))).join(',')}\r\n`
