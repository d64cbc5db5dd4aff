import { Readable } from 'node:stream'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import {
  type DeadLetterFilter,
  deadLetterCounts,
  deadLetterExportQuery,
  deadLetterList,
  deadLetterOpened,
  deadLetterQuery,
  deadLetterValidation,
  deadLetterVerdict,
  identifier,
} from '@rounds/contracts'
import { daysBounds } from '@rounds/schedule'
import { Type } from 'typebox'
import type { Audit } from '../audit/index.ts'
import { notFound, type Policy, pageFrom, pageOf } from '../http/index.ts'
import type { DeadLetter } from './dead-letter.ts'
import type { DeadLetterSearch, DeadLetters } from './dead-letter-store.ts'
import { letterView, openedView, peopleIn, verdictOn } from './dead-letter-view.ts'

export interface KeepDeadLettersDeps {
  readonly deadLetters: DeadLetters
  readonly audit: Audit
  readonly namesOf: (personIds: readonly string[]) => Promise<ReadonlyMap<string, string>>
  readonly zone: string
}

const tags = ['dead-letters']
const params = Type.Object({ id: identifier('The letter') })
const reading: Policy = { roles: ['admin', 'ops'], scope: 'dead-letters:read' }
const bytes = { schema: Type.Unsafe({ type: 'string', format: 'binary' }) }

/** What no consumer could take, for looking at. Operations see what and why; what it carries is for admins. */
export function deadLetterRoutes(deps: KeepDeadLettersDeps): FastifyPluginAsyncTypebox {
  const { deadLetters, audit, namesOf, zone } = deps
  return async (app) => {
    app.get(
      '/v1/dead-letters',
      {
        config: { policy: reading },
        schema: {
          tags,
          operationId: 'listDeadLetters',
          summary: 'What no consumer could take, and what the broker gave up on; the last to die first',
          description:
            'Advisories that are explained by a letter are left out unless a state or kind is asked for.',
          querystring: deadLetterQuery,
          response: { 200: deadLetterList },
        },
      },
      async ({ query }) => {
        const page = pageOf(query)
        const found = await deadLetters.list(searchOf(query, zone), page)
        const names = await namesOf(peopleIn(found))
        return pageFrom(
          found,
          page.limit,
          ({ diedAt, _id }) => ({ after: diedAt.toISOString(), id: _id }),
          (one) => letterView(one, names),
        )
      },
    )

    app.get(
      '/v1/dead-letters/counts',
      {
        config: { policy: reading },
        schema: {
          tags,
          operationId: 'countDeadLetters',
          summary: 'How many lie open, by consumer and reason',
          response: { 200: deadLetterCounts },
        },
      },
      async () => deadLetters.counts(),
    )

    app.get(
      '/v1/dead-letters/export',
      {
        config: { policy: { roles: ['admin'], scope: 'dead-letters:read' } },
        schema: {
          tags,
          operationId: 'exportDeadLetters',
          summary: 'Letters with all they carry, one JSON object a line; the first to die first',
          querystring: deadLetterExportQuery,
          response: { 200: { description: 'As NDJSON', content: { 'application/x-ndjson': bytes } } },
        },
      },
      async (request, reply) => {
        await audit(request, 'dead-letters.exported', 'dead-letters')
        reply.headers({
          'content-type': 'application/x-ndjson; charset=utf-8',
          'content-disposition': 'attachment; filename="dead-letters.ndjson"',
          'x-content-type-options': 'nosniff',
        })
        return reply.send(Readable.from(linesOf(deadLetters.all(searchOf(request.query, zone)))))
      },
    )

    app.get(
      '/v1/dead-letters/:id',
      {
        config: { policy: reading },
        schema: {
          tags,
          operationId: 'readDeadLetter',
          summary: 'One letter, opened: what it carries, and what the contracts say against it',
          params,
          response: { 200: deadLetterOpened },
        },
      },
      async (request) => {
        const { principal } = request
        const found = await letter(request.params.id)
        if (principal.role === 'admin') await audit(request, 'dead-letter.opened', found._id)
        return openedView(found, await namesOf(peopleIn([found])), principal.role === 'admin')
      },
    )

    app.post(
      '/v1/dead-letters/:id/validate',
      {
        config: { policy: reading },
        schema: {
          tags,
          operationId: 'validateDeadLetter',
          summary: 'What the contract says of data that would go out instead',
          params,
          body: deadLetterValidation,
          response: { 200: deadLetterVerdict },
        },
      },
      async ({ body, params: { id } }) => verdictOn(body.type ?? (await letter(id)).type, body.data),
    )
  }

  async function letter(id: string): Promise<DeadLetter> {
    const found = await deadLetters.one(id)
    if (!found) throw notFound()
    return found
  }
}

async function* linesOf(letters: AsyncIterable<DeadLetter>): AsyncGenerator<string> {
  for await (const letter of letters) yield `${JSON.stringify(openedView(letter, new Map(), true))}\n`
}

/** Which letters a query or a filter means. */
export function searchOf(
  query: DeadLetterFilter & Pick<DeadLetterSearch, 'state' | 'kind'>,
  zone: string,
): DeadLetterSearch {
  const { state, kind, consumer, type, reason } = query
  return {
    ...(state ? { state } : {}),
    ...(kind ? { kind } : {}),
    ...(consumer === undefined ? {} : { consumer }),
    ...(type === undefined ? {} : { type }),
    ...(reason === undefined ? {} : { reason }),
    ...daysBounds(query, zone),
  }
}
