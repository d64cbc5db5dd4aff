import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import {
  identifier,
  newSchedule,
  previewAsk,
  type ScheduleDocument,
  schedule,
  scheduleChange,
  scheduleList,
  schedulePreview,
} from '@rounds/contracts'
import { Type } from 'typebox'
import { type CampaignFaultsDeps, campaignFaults } from '../campaigns/index.ts'
import {
  etagOf,
  type Fault,
  idempotencyKeyField,
  idempotentId,
  nameTaken,
  ProblemError,
  shownEach,
} from '../http/index.ts'
import type { ScheduledReport } from '../jobs/index.ts'
import { purposeFaults, timeOf } from './errors.ts'
import { changed, removed, scheduleOf } from './schedule.ts'
import { shownPreview, shownSchedule } from './schedule-view.ts'
import { type KeepingDeps, keeping } from './update-schedule.ts'

export interface KeepSchedulesDeps extends KeepingDeps, CampaignFaultsDeps {
  readonly scheduledReport: ScheduledReport
  readonly zone: string
}

const tags = ['schedules']
const params = Type.Object({ scheduleId: identifier('The schedule') })
const ifMatch = Type.Object({
  'if-match': Type.Optional(Type.String({ maxLength: 200, description: 'The ETag of what was read' })),
})
const reading = { policy: { roles: ['admin', 'ops'], scope: 'schedules:read' } } as const
const writing = { policy: { roles: ['admin'], scope: 'schedules:write' } } as const

/** Schedules: what is to happen when. Admins keep them, operations look. */
export function scheduleRoutes(deps: KeepSchedulesDeps): FastifyPluginAsyncTypebox {
  const { schedules, audit, now, zone, scheduledReport } = deps
  const { found, change, show, says } = keeping(deps)
  const { whole } = campaignFaults(deps)

  return async (app) => {
    app.get(
      '/v1/schedules',
      {
        schema: {
          tags,
          operationId: 'listSchedules',
          summary: 'Schedules by name',
          response: { 200: scheduleList },
        },
        config: reading,
      },
      async (request) => {
        const all = await schedules.list(request.principal)
        return shownEach(all, (one) => show(request, one))
      },
    )

    app.get(
      '/v1/schedules/:scheduleId',
      {
        schema: {
          tags,
          operationId: 'readSchedule',
          summary: 'One schedule',
          params,
          response: { 200: schedule },
        },
        config: reading,
      },
      async (request, reply) => {
        const read = await found(request, request.params.scheduleId)
        reply.header('etag', etagOf(read))
        return show(request, read)
      },
    )

    app.post(
      '/v1/schedules/preview',
      {
        schema: {
          tags,
          operationId: 'previewSchedule',
          summary: 'An expression in words, with its next twenty fires',
          body: previewAsk,
          response: { 200: schedulePreview },
        },
        config: reading,
      },
      async ({ body }) => {
        const inZone = body.zone ?? zone
        const time = timeOf({ ...body, zone: inZone })
        if ('faults' in time) throw refused(time.faults)
        return shownPreview(time.cron, time.zone, body.after ? new Date(body.after) : now())
      },
    )

    app.post(
      '/v1/schedules',
      {
        schema: {
          tags,
          operationId: 'addSchedule',
          summary: 'Make a schedule',
          headers: Type.Object(idempotencyKeyField),
          body: newSchedule,
          response: { 201: schedule },
        },
        config: writing,
      },
      async (request, reply) => {
        const by = request.principal.personId
        const scheduleId = idempotentId(request.headers['idempotency-key'], by)
        const wished = scheduleOf(request.body, { scheduleId, by, zone }, now())
        const added = await checked(wished, by)
        await audit(request, 'schedule.added', added._id)
        const written = await schedules.add(added, says(added, request))
        if (written === 'name taken') throw nameTaken('schedule')
        const isNew = written === 'written'
        if (!isNew) reply.header('idempotency-replayed', 'true')
        const stands = isNew ? added : await found(request, scheduleId)
        reply.code(201).header('location', `/v1/schedules/${scheduleId}`).header('etag', etagOf(stands))
        return show(request, stands)
      },
    )

    app.patch(
      '/v1/schedules/:scheduleId',
      {
        schema: {
          tags,
          operationId: 'changeSchedule',
          summary: 'Change a schedule',
          description: 'A new expression or zone counts from now on. What it is for stays what it is.',
          params,
          headers: ifMatch,
          body: scheduleChange,
          response: { 200: schedule },
        },
        config: writing,
      },
      async (request, reply) => {
        const { personId } = request.principal
        const after = await change(request, request.params.scheduleId, 'schedule.changed', async (before) =>
          checked(changed(before, request.body, personId, now()), before.createdBy),
        )
        reply.header('etag', etagOf(after))
        return show(request, after)
      },
    )

    app.delete(
      '/v1/schedules/:scheduleId',
      {
        schema: {
          tags,
          operationId: 'removeSchedule',
          summary: 'Take a schedule away; its history stays',
          params,
          headers: ifMatch,
          response: { 204: Type.Null() },
        },
        config: writing,
      },
      async (request, reply) => {
        const { personId } = request.principal
        await change(request, request.params.scheduleId, 'schedule.removed', (before) =>
          removed(before, personId, now()),
        )
        return reply.code(204).send(null)
      },
    )
  }

  /** The schedule with its expression written out, or a refusal that names every field. */
  async function checked(wished: ScheduleDocument, owner: string): Promise<ScheduleDocument> {
    const time = timeOf(wished)
    const faults = [
      ...('faults' in time ? time.faults : []),
      ...purposeFaults(wished.purpose, wished.parameters),
    ]
    if (faults.length === 0 && wished.purpose === 'report') {
      const asked = await scheduledReport(wished, owner, now())
      if ('faults' in asked) faults.push(...asked.faults)
    }
    const { campaign } = wished.parameters
    if (faults.length === 0 && campaign) {
      const faultsOfCampaign = await whole(campaign)
      faults.push(
        ...faultsOfCampaign.map((one) => ({ ...one, pointer: `/parameters/campaign${one.pointer}` })),
      )
    }
    if ('faults' in time || faults.length > 0) throw refused(faults)
    const written = { ...wished, expression: time.cron.text, zone: time.zone }
    // What cannot be shown is not kept: it would be in everybody's way from then on.
    const { broken } = shownSchedule(written, undefined, new Map(), now())
    if (broken !== undefined) throw refused([{ pointer: '/expression', detail: broken }])
    return written
  }
}

const refused = (errors: readonly Fault[]) =>
  new ProblemError(422, 'SCHEDULE_REFUSED', 'This schedule cannot be kept', { errors })
