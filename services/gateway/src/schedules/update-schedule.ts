import { type ScheduleDocument, scheduleChanged } from '@rounds/contracts'
import type { MakeEvent } from '@rounds/messaging'
import type { FastifyRequest } from 'fastify'
import type { Audit } from '../audit/index.ts'
import { mustMatch, nameTaken, notFound, ProblemError } from '../http/index.ts'
import type { Schedules } from './schedule-store.ts'
import { shownSchedule } from './schedule-view.ts'

export interface KeepingDeps {
  readonly schedules: Schedules
  readonly audit: Audit
  readonly make: MakeEvent
  readonly now: () => Date
}

/** Two who change one schedule at the same moment: the slower one looks again and decides anew. */
const rounds = 3

/** What every route of this slice does with a schedule: find it, change it with its event, show it. */
export function keeping({ schedules, audit, make, now }: KeepingDeps) {
  return { found, change, show, says }

  async function found({ principal }: FastifyRequest, scheduleId: string): Promise<ScheduleDocument> {
    const schedule = await schedules.read(principal, scheduleId)
    if (!schedule) throw notFound()
    return schedule
  }

  /** `decide` answers the schedule as it is to be; the same object when nothing changes. */
  async function change(
    request: FastifyRequest,
    scheduleId: string,
    did: string,
    decide: (schedule: ScheduleDocument) => ScheduleDocument | Promise<ScheduleDocument>,
  ): Promise<ScheduleDocument> {
    for (let round = 1; round <= rounds; round++) {
      const before = await found(request, scheduleId)
      mustMatch(request.headers['if-match'], before)
      const after = await decide(before)
      if (after === before) return before
      await audit(request, did, scheduleId)
      const written = await schedules.change(before, after, says(after, request))
      if (written === 'name taken') throw nameTaken('schedule')
      if (written === 'written') return after
    }
    throw new ProblemError(409, 'CHANGED_MEANWHILE', 'Somebody else is changing this schedule')
  }

  function says({ _id: scheduleId, version }: ScheduleDocument, { trace }: FastifyRequest) {
    return [make(scheduleChanged, { scheduleId, version }, trace)]
  }

  async function show({ principal }: FastifyRequest, schedule: ScheduleDocument) {
    const { _id, createdBy, updatedBy, paused, changes = [] } = schedule
    const [last, names] = await Promise.all([
      schedules.lastFire(principal, _id),
      schedules.names([
        ...new Set([createdBy, updatedBy, ...(paused ? [paused.by] : []), ...changes.map(({ by }) => by)]),
      ]),
    ])
    return shownSchedule(schedule, last, names, now())
  }
}
