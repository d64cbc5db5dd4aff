import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { fireList, fireQuery, identifier, pauseReason, runAccepted, schedule } from '@rounds/contracts'
import { Type } from 'typebox'
import { etagOf, idempotencyKeyField, idempotentId, pageFrom, pageOf } from '../http/index.ts'
import { paused, resumed, withRun } from './schedule.ts'
import { shownFire } from './schedule-view.ts'
import { type KeepingDeps, keeping } from './update-schedule.ts'

const tags = ['schedules']
const params = Type.Object({ scheduleId: identifier('The schedule') })
const headers = Type.Object({
  'if-match': Type.Optional(Type.String({ maxLength: 200, description: 'The ETag of what was read' })),
})
const reading = { policy: { roles: ['admin', 'ops'], scope: 'schedules:read' } } as const
const writing = { policy: { roles: ['admin'], scope: 'schedules:write' } } as const

/** What is done with a schedule that stands: pause, resume, run now, look at what it did. */
export function scheduleLifecycleRoutes(deps: KeepingDeps): FastifyPluginAsyncTypebox {
  const { schedules, now } = deps
  const { found, change, show } = keeping(deps)

  return async (app) => {
    app.post(
      '/v1/schedules/:scheduleId/pause',
      {
        schema: {
          tags,
          operationId: 'pauseSchedule',
          summary: 'Let a schedule rest; what falls into the pause is not missed',
          params,
          headers,
          body: pauseReason,
          response: { 200: schedule },
        },
        config: writing,
      },
      async (request, reply) => {
        const { personId } = request.principal
        const { reason } = request.body
        const after = await change(request, request.params.scheduleId, 'schedule.paused', (before) =>
          before.paused?.reason === reason ? before : paused(before, reason, personId, now()),
        )
        reply.header('etag', etagOf(after))
        return show(request, after)
      },
    )

    app.post(
      '/v1/schedules/:scheduleId/resume',
      {
        schema: {
          tags,
          operationId: 'resumeSchedule',
          summary: 'Let a paused schedule go on, from now',
          params,
          headers,
          response: { 200: schedule },
        },
        config: writing,
      },
      async (request, reply) => {
        const { personId } = request.principal
        const after = await change(request, request.params.scheduleId, 'schedule.resumed', (before) =>
          before.paused ? resumed(before, personId, now()) : before,
        )
        reply.header('etag', etagOf(after))
        return show(request, after)
      },
    )

    app.post(
      '/v1/schedules/:scheduleId/run',
      {
        schema: {
          tags,
          operationId: 'runSchedule',
          summary: 'Run it now, once, also while it is paused',
          params,
          headers: Type.Object(idempotencyKeyField),
          response: { 202: runAccepted },
        },
        config: writing,
      },
      async (request, reply) => {
        const { personId } = request.principal
        const { scheduleId } = request.params
        const runId = idempotentId(request.headers['idempotency-key'], personId, scheduleId)
        await change(request, scheduleId, 'schedule.run', (before) => withRun(before, runId, personId, now()))
        return reply.code(202).send({ fireId: runId })
      },
    )

    app.get(
      '/v1/schedules/:scheduleId/fires',
      {
        schema: {
          tags,
          operationId: 'listFires',
          summary: 'What a schedule did, and what came of it',
          params,
          querystring: fireQuery,
          response: { 200: fireList },
        },
        config: reading,
      },
      async (request) => {
        const { principal, query } = request
        const { _id } = await found(request, request.params.scheduleId)
        const page = pageOf(query)
        const fires = await schedules.fires(principal, _id, page)
        const results = await schedules.resultsOf(
          principal,
          fires.map((fire) => fire._id),
        )
        return pageFrom(
          fires,
          page.limit,
          (fire) => ({ after: fire.due.toISOString(), id: fire._id }),
          (fire) => shownFire(fire, results.get(fire._id)),
        )
      },
    )
  }
}
