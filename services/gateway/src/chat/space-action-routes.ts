import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { trialKeyOf } from '@rounds/chat'
import { goOn, identifier, space, spaceTrial, spaceTried, stoppedBy } from '@rounds/contracts'
import { Type } from 'typebox'
import { etagOf, idempotencyKeyField, idempotentId, ifMatch } from '../http/index.ts'
import { isStopped } from './errors.ts'
import { goneOn } from './space.ts'
import { type KeepingSpacesDeps, keeping } from './update-space.ts'

const tags = ['chat']
const params = Type.Object({ spaceId: identifier('The space') })
const writing = { policy: { roles: ['admin'], scope: 'chat:write' } } as const

/** What is done with a space that stands: try it, let it go on after Google Chat refused it. */
export function spaceActionRoutes(deps: KeepingSpacesDeps): FastifyPluginAsyncTypebox {
  const { spaces, audit, make, now } = deps
  const { found, change, show } = keeping(deps)

  return async (app) => {
    app.post(
      '/v1/chat/spaces/:spaceId/test',
      {
        schema: {
          tags,
          operationId: 'trySpace',
          summary: 'Post a test message; how it went is told by its post',
          params,
          headers: Type.Object(idempotencyKeyField),
          response: { 202: spaceTrial },
        },
        config: writing,
      },
      async (request, reply) => {
        const { personId } = request.principal
        const read = await found(request, request.params.spaceId)
        const { _id: spaceId } = read
        if (stoppedBy(read, (await spaces.states([spaceId])).get(spaceId))) throw isStopped()
        const trialId = idempotentId(request.headers['idempotency-key'], personId, spaceId)
        await audit(request, 'space.tried', spaceId)
        // The same trial twice is one: the notifier knows it by its id.
        await spaces.say(spaceId, [make(spaceTried, { spaceId, trialId, triedBy: personId }, request.trace)])
        const postId = trialKeyOf(spaceId, trialId)
        return reply.code(202).header('location', `/v1/chat/posts/${postId}`).send({ postId })
      },
    )

    app.post(
      '/v1/chat/spaces/:spaceId/resume',
      {
        schema: {
          tags,
          operationId: 'resumeSpace',
          summary: 'A space that Google Chat refused posts again; with `replay`, what was kept too',
          params,
          headers: ifMatch,
          body: goOn,
          response: { 200: space },
        },
        config: writing,
      },
      async (request, reply) => {
        const { replay } = request.body
        const did = replay ? 'space.let-go-on-with-replay' : 'space.let-go-on'
        const after = await change(request, request.params.spaceId, did, (before) =>
          goneOn(before, replay, now()),
        )
        reply.header('etag', etagOf(after))
        return show(after)
      },
    )
  }
}
