import { createHash, randomUUIDv7 } from 'node:crypto'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import {
  pageQuery,
  type Suppression,
  type SuppressionDocument,
  suppressionList,
  suppressionRequested,
  suppressionWish,
} from '@rounds/contracts'
import { parseAddress } from '@rounds/mail'
import type { MakeEvent } from '@rounds/messaging'
import { Type } from 'typebox'
import type { Audit } from '../audit/index.ts'
import { ProblemError, pageFrom, pageOf } from '../http/index.ts'
import type { Suppressions } from './suppressions.ts'

export interface KeepSuppressionsDeps {
  readonly suppressions: Pick<Suppressions, 'list' | 'ask'>
  readonly make: MakeEvent
  readonly audit: Audit
  readonly auditRead: Audit
  readonly now: () => Date
}

const tags = ['suppressions']
const asked = Type.Object({ requestId: Type.String() })

/** Addresses that nothing is sent to. The list is the mailer's; here one asks for changes. */
export function suppressionRoutes(deps: KeepSuppressionsDeps): FastifyPluginAsyncTypebox {
  const { suppressions, make, audit, auditRead, now } = deps
  return async (app) => {
    app.get(
      '/v1/suppressions',
      {
        config: { policy: { roles: ['admin'], scope: 'mail:read' } },
        schema: {
          tags,
          operationId: 'listSuppressions',
          summary: 'Addresses that nothing is sent to, latest first',
          querystring: Type.Object(pageQuery, { additionalProperties: false }),
          response: { 200: suppressionList },
        },
      },
      async (request) => {
        const page = pageOf(request.query)
        await auditRead(request, 'suppressions.listed', 'suppressions')
        return pageFrom(
          await suppressions.list(page, nameOf),
          page.limit,
          ({ since, _id }) => ({ after: since.toISOString(), id: nameOf(_id) }),
          shown,
        )
      },
    )

    app.post(
      '/v1/suppressions',
      {
        config: { policy: { roles: ['admin'], scope: 'mail:write' } },
        schema: {
          tags,
          operationId: 'suppress',
          summary: 'Put an address on the list, or take it off',
          description: 'The mailer does it within moments.',
          body: suppressionWish,
          response: { 202: asked },
        },
      },
      async (request, reply) => {
        const { mail, action, reason = 'by hand', note } = request.body
        const address = parseAddress(mail)
        if (address.kind === 'refused')
          throw new ProblemError(422, 'BAD_ADDRESS', 'This is no address that mail can be sent to', {
            errors: [{ pointer: '/mail', detail: address.detail }],
          })
        const requestId = randomUUIDv7()
        const requestedBy = request.principal.personId
        await audit(request, action === 'add' ? 'suppression.added' : 'suppression.lifted', requestId)
        await suppressions.ask(
          {
            _id: requestId,
            mail: address.suppressionKey,
            action,
            reason,
            ...(note === undefined ? {} : { note }),
            requestedBy,
            requestedAt: now(),
          },
          [make(suppressionRequested, { requestId }, request.trace)],
        )
        reply.code(202)
        return { requestId }
      },
    )
  }
}

/** Stands for an address in a cursor, which is part of a URL. */
const nameOf = (mail: string) => createHash('sha256').update(mail).digest('base64url')

const shown = ({ _id, reason, status, since, lastSeenAt }: SuppressionDocument): Suppression => ({
  mail: _id,
  reason,
  ...(status ? { status } : {}),
  since: since.toISOString(),
  lastSeenAt: lastSeenAt.toISOString(),
})
