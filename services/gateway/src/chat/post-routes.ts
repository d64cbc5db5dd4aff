import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import {
  appointmentPosts,
  identifier,
  type Post,
  post,
  postList,
  postQuery,
  postResolution,
  postResolved,
  postStateOf,
} from '@rounds/contracts'
import type { MakeEvent } from '@rounds/messaging'
import { Type } from 'typebox'
import type { Appointments } from '../appointments/index.ts'
import type { Audit } from '../audit/index.ts'
import { notFound, type Policy, ProblemError, pageFrom, pageOf, readFrom, shownEach } from '../http/index.ts'
import { shownPost } from './post-view.ts'
import type { KeptPost, Posts } from './posts.ts'
import type { Spaces } from './spaces.ts'

export interface FollowPostsDeps {
  readonly posts: Pick<Posts, 'one' | 'list' | 'about' | 'resolve'>
  readonly spaces: Pick<Spaces, 'names'>
  readonly appointments: Pick<Appointments, 'read'>
  readonly make: MakeEvent
  readonly audit: Audit
  readonly now: () => Date
}

const tags = ['chat']
const params = Type.Object({ postId: identifier('The post') })
const reading: Policy = { roles: ['admin', 'ops'], scope: 'chat:read' }

/** What was told where, and how it went. A person may settle what nobody knows. */
export function postRoutes(deps: FollowPostsDeps): FastifyPluginAsyncTypebox {
  const { posts, spaces, appointments, make, audit, now } = deps

  return async (app) => {
    app.get(
      '/v1/chat/posts',
      {
        config: { policy: reading },
        schema: {
          tags,
          operationId: 'listPosts',
          summary: 'Chat messages, newest first',
          querystring: postQuery,
          response: { 200: postList },
        },
      },
      async ({ principal, query: { cursor, limit, ...search } }) => {
        const page = pageOf({ ...(cursor ? { cursor } : {}), ...(limit ? { limit } : {}) })
        const found = await posts.list(principal, search, page)
        const names = await spaces.names(readFrom(found, ({ input }) => input.spaceId))
        return pageFrom(
          found,
          page.limit,
          ({ acceptedAt, _id }) => ({ after: acceptedAt.toISOString(), id: _id }),
          (one) => shownPost(one, names.get(one.input.spaceId) ?? ''),
        )
      },
    )

    app.get(
      '/v1/chat/posts/:postId',
      {
        config: { policy: reading },
        schema: {
          tags,
          operationId: 'readPost',
          summary: 'One chat message',
          params,
          response: { 200: post },
        },
      },
      async ({ principal, params: { postId } }) => {
        const found = await posts.one(principal, postId)
        if (!found) throw notFound()
        return show(found)
      },
    )

    app.get(
      '/v1/appointments/:appointmentId/posts',
      {
        config: { policy: { roles: ['admin', 'doctor'], scope: 'appointments:read' } },
        schema: {
          tags,
          operationId: 'listPostsOfAppointment',
          summary: 'What chat spaces were told of an appointment, newest first',
          params: Type.Object({ appointmentId: identifier('The appointment') }),
          response: { 200: appointmentPosts },
        },
      },
      async ({ principal, params: { appointmentId } }) => {
        if (!(await appointments.read(principal, appointmentId))) throw notFound()
        return shownEach(await posts.about(appointmentId), show)
      },
    )

    app.post(
      '/v1/chat/posts/:postId/resolve',
      {
        config: { policy: { roles: ['admin'], scope: 'chat:write' } },
        schema: {
          tags,
          operationId: 'resolvePost',
          summary: 'Settle a chat message that is in doubt',
          description:
            'It was posted after all, it is posted again (and may then stand there twice), or it is given up. The notifier does it within moments.',
          params,
          body: postResolution,
          response: { 202: post },
        },
      },
      async (request, reply) => {
        const { principal, body } = request
        const found = await posts.one(principal, request.params.postId)
        if (!found) throw notFound()
        const { _id: postId, fence } = found
        const stands = postStateOf(found)
        if (stands !== 'in doubt') throw notInDoubt(stands)
        await audit(request, `post.resolved-as-${body.as}`, postId)
        const by = principal.personId
        const standing = await posts.resolve(
          { _id: `${postId}-${fence}`, postId, as: body.as, by, at: now() },
          [make(postResolved, { postId, as: body.as, resolvedBy: by }, request.trace)],
        )
        if (standing.as !== body.as) throw resolvedOtherwise(standing.as)
        reply.code(202)
        return show(found)
      },
    )
  }

  async function show(one: KeptPost): Promise<Post> {
    const names = await spaces.names([one.input.spaceId])
    return shownPost(one, names.get(one.input.spaceId) ?? '')
  }
}

const notInDoubt = (state: string) =>
  new ProblemError(409, 'NOT_IN_DOUBT', 'Only what is in doubt can be settled by hand', {
    detail: `It is ${state}.`,
  })

const resolvedOtherwise = (as: string) =>
  new ProblemError(409, 'RESOLVED_OTHERWISE', 'Somebody settled this already', {
    detail: `They settled it as: ${as}.`,
  })
