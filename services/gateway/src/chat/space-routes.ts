import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { parseWebhook } from '@rounds/chat'
import {
  chatCounts,
  identifier,
  newSpace,
  type SpaceRule,
  space,
  spaceChange,
  spaceList,
} from '@rounds/contracts'
import { Type } from 'typebox'
import { etagOf, type Fault, idempotencyKeyField, idempotentId, ifMatch, nameTaken } from '../http/index.ts'
import { refused, stranger, webhookFault } from './errors.ts'
import { changed, type KeptWebhook, removed, spaceOf } from './space.ts'
import { type KeepingSpacesDeps, keeping } from './update-space.ts'

export type KeepSpacesDeps = KeepingSpacesDeps

const tags = ['chat']
const params = Type.Object({ spaceId: identifier('The space') })
const reading = { policy: { roles: ['admin', 'ops'], scope: 'chat:read' } } as const
const writing = { policy: { roles: ['admin'], scope: 'chat:write' } } as const

/** Chat spaces: who hears of what, where. Admins keep them, operations look. */
export function spaceRoutes(deps: KeepSpacesDeps): FastifyPluginAsyncTypebox {
  const { spaces, audit, now, keyring, chatSinkOrigin } = deps
  const { found, change, show, showAll, says } = keeping(deps)

  return async (app) => {
    app.get(
      '/v1/chat/spaces',
      {
        schema: {
          tags,
          operationId: 'listSpaces',
          summary: 'Chat spaces by name, with what waits and what was posted within the hour',
          response: { 200: spaceList },
        },
        config: reading,
      },
      async ({ principal }) => showAll(await spaces.list(principal)),
    )

    app.get(
      '/v1/chat/counts',
      {
        schema: {
          tags,
          operationId: 'countChat',
          summary: 'How many chat spaces Google Chat refuses: each waits for an admin',
          response: { 200: chatCounts },
        },
        config: reading,
      },
      async ({ principal }) => ({ stopped: await spaces.countStopped(principal) }),
    )

    app.get(
      '/v1/chat/spaces/:spaceId',
      {
        schema: {
          tags,
          operationId: 'readSpace',
          summary: 'One chat space',
          params,
          response: { 200: space },
        },
        config: reading,
      },
      async (request, reply) => {
        const read = await found(request, request.params.spaceId)
        reply.header('etag', etagOf(read))
        return show(read)
      },
    )

    app.post(
      '/v1/chat/spaces',
      {
        schema: {
          tags,
          operationId: 'addSpace',
          summary: 'Add a chat space by its incoming webhook',
          description: 'The webhook is taken once and never given out again.',
          headers: Type.Object(idempotencyKeyField),
          body: newSpace,
          response: { 201: space },
        },
        config: writing,
      },
      async (request, reply) => {
        const by = request.principal.personId
        const spaceId = idempotentId(request.headers['idempotency-key'], by, 'space')
        const { body } = request
        const kept = await checked(spaceId, body)
        if (!kept) throw refused([webhookFault('NOT_A_URL')])
        const added = spaceOf(body, kept, { spaceId, by }, now())
        await audit(request, 'space.added', spaceId)
        const written = await spaces.add(added, says(added, request))
        if (written === 'name taken') throw nameTaken('space')
        const isNew = written === 'written'
        if (!isNew) reply.header('idempotency-replayed', 'true')
        const stands = isNew ? added : await found(request, spaceId)
        reply.code(201).header('location', `/v1/chat/spaces/${spaceId}`).header('etag', etagOf(stands))
        return show(stands)
      },
    )

    app.patch(
      '/v1/chat/spaces/:spaceId',
      {
        schema: {
          tags,
          operationId: 'changeSpace',
          summary: 'Change a chat space; with another webhook it is tried again at once',
          params,
          headers: ifMatch,
          body: spaceChange,
          response: { 200: space },
        },
        config: writing,
      },
      async (request, reply) => {
        const { body } = request
        const after = await change(request, request.params.spaceId, 'space.changed', async (before) =>
          changed(before, body, await checked(before._id, body), now()),
        )
        reply.header('etag', etagOf(after))
        return show(after)
      },
    )

    app.delete(
      '/v1/chat/spaces/:spaceId',
      {
        schema: {
          tags,
          operationId: 'removeSpace',
          summary: 'Remove a chat space; what was posted there stays listed',
          params,
          headers: ifMatch,
          response: { 204: Type.Null() },
        },
        config: writing,
      },
      async (request, reply) => {
        await change(request, request.params.spaceId, 'space.removed', (before) => removed(before, now()))
        return reply.code(204).send(null)
      },
    )
  }

  /** The webhook sealed for this space, where one was given; a refusal that names every field otherwise. */
  async function checked(
    spaceId: string,
    { webhook, rules = [] }: { readonly webhook?: string; readonly rules?: readonly SpaceRule[] },
  ): Promise<KeptWebhook | undefined> {
    const faults: Fault[] = (await spaces.strangersIn(rules)).map(stranger)
    const result = webhook === undefined ? undefined : parseWebhook(webhook, chatSinkOrigin)
    if (result?.kind === 'refused') faults.unshift(webhookFault(result.fault, webhook))
    if (faults.length > 0) throw refused(faults)
    if (result?.kind !== 'webhook') return undefined
    const { url, googleSpace } = result.webhook
    return { webhook: keyring.seal(spaceId, url), googleSpace }
  }
}
