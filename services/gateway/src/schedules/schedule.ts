import type {
  ChangedField,
  NewSchedule,
  ScheduleDeed,
  ScheduleDocument,
  scheduleChange,
} from '@rounds/contracts'
import type { Static } from 'typebox'
import { contributorsTo } from '../campaigns/index.ts'
import { versionAfter } from '../http/index.ts'

const runsKept = 10
const changesKept = 20

/** How late an occurrence may be made up for, unless somebody says otherwise. */
const usualCatchUp = { policy: 'once', windowMinutes: 6 * 60 } as const

/** A schedule that was just asked for. Nothing before now is missed. */
export function scheduleOf(
  body: NewSchedule,
  about: { readonly scheduleId: string; readonly by: string; readonly zone: string },
  now: Date,
): ScheduleDocument {
  const { parameters = {}, zone = about.zone, catchUp = usualCatchUp, overlap = 'skip', ...rest } = body
  return {
    ...rest,
    _id: about.scheduleId,
    parameters,
    zone,
    catchUp,
    overlap,
    runs: [],
    activeFrom: now,
    createdBy: about.by,
    createdAt: now,
    updatedBy: about.by,
    updatedAt: now,
    contributors: [about.by],
    version: 1,
  }
}

/** The same with this changed. Another time counts from now on: what the old one had not yet fired is not due any more. */
export function changed(
  schedule: ScheduleDocument,
  change: Static<typeof scheduleChange>,
  by: string,
  now: Date,
): ScheduleDocument {
  const next = { ...schedule, ...change }
  const isAnotherTime = next.expression !== schedule.expression || next.zone !== schedule.zone
  const moved = {
    ...next,
    ...(isAnotherTime ? { activeFrom: now } : {}),
    contributors: [...new Set([...contributorsTo(schedule), by])],
  }
  const fields = Object.keys(change) as (keyof typeof change)[]
  const differing = fields.flatMap((field) => differenceIn(field, schedule[field], moved[field]))
  return touched(moved, 'changed', by, now, differing)
}

export const paused = (schedule: ScheduleDocument, reason: string, by: string, now: Date): ScheduleDocument =>
  touched({ ...schedule, paused: { reason, by, at: now } }, 'paused', by, now, [
    { field: 'reason', from: schedule.paused?.reason ?? '', to: reason },
  ])

/** Goes on from now: what lay in the pause was not missed. */
export function resumed(
  { paused: _, ...schedule }: ScheduleDocument,
  by: string,
  now: Date,
): ScheduleDocument {
  return touched({ ...schedule, activeFrom: now }, 'resumed', by, now)
}

/** With a run asked for; one that is known already changes nothing. */
export function withRun(schedule: ScheduleDocument, runId: string, by: string, now: Date): ScheduleDocument {
  if (schedule.runs.some((run) => run.runId === runId)) return schedule
  const runs = [...schedule.runs, { runId, by, at: now }].slice(-runsKept)
  return touched({ ...schedule, runs }, 'run', by, now)
}

/** Taken away; its history stays. */
export const removed = (schedule: ScheduleDocument, by: string, now: Date): ScheduleDocument =>
  touched({ ...schedule, removedAt: now }, 'removed', by, now)

const touched = (
  schedule: ScheduleDocument,
  did: ScheduleDeed,
  by: string,
  now: Date,
  fields: readonly ChangedField[] = [],
): ScheduleDocument => ({
  ...schedule,
  updatedBy: by,
  updatedAt: now,
  version: versionAfter(schedule),
  changes: [...(schedule.changes ?? []), { at: now, by, did, fields: [...fields] }].slice(-changesKept),
})

function differenceIn(field: string, before: unknown, after: unknown): ChangedField[] {
  const [from, to] = [textOf(before), textOf(after)]
  return from === to ? [] : [{ field, from, to }]
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''))
