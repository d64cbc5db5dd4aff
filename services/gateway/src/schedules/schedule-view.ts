import type { Fire, FireDocument, Schedule, ScheduleDocument, SchedulePreview } from '@rounds/contracts'
import {
  type Cron,
  describe,
  type ExpressionFault,
  noteInWords,
  previewFires,
  readExpression,
  readZone,
} from '@rounds/schedule'
import type { Result } from './schedule-store.ts'

/** A schedule as a person is shown it. */
export function shownSchedule(
  schedule: ScheduleDocument,
  last: FireDocument | undefined,
  names: ReadonlyMap<string, string>,
  now: Date,
): Schedule {
  const { _id, name, purpose, parameters, expression, zone, catchUp, overlap, paused, version } = schedule
  const { cron, faults } = readExpression(expression)
  const { fault } = readZone(zone)
  const isReadable = cron !== undefined && fault === undefined
  const who = (id: string) => ({ id, name: names.get(id) ?? '' })
  return {
    scheduleId: _id,
    name,
    purpose,
    parameters,
    expression,
    words: wordsOf(cron, expression),
    zone,
    catchUp,
    overlap,
    ...(paused ? { paused: { reason: paused.reason, by: who(paused.by), at: paused.at.toISOString() } } : {}),
    next: isReadable && !paused ? coming(cron, zone, now, 3) : [],
    ...(isReadable ? {} : { broken: brokenBy(faults, fault) }),
    ...(last ? { last: { fireId: last._id, due: last.due.toISOString(), outcome: last.outcome } } : {}),
    createdBy: who(schedule.createdBy),
    updatedBy: who(schedule.updatedBy),
    updatedAt: schedule.updatedAt.toISOString(),
    version,
    changes: (schedule.changes ?? [])
      .map(({ at, by, did, fields }) => ({ at: at.toISOString(), by: who(by), did, fields }))
      .toReversed(),
  }
}

/** Why a schedule is never due: kept by an earlier version, or put there by hand. */
function brokenBy(faults: readonly ExpressionFault[] = [], zoneFault: string | undefined): string {
  const expression = faults.map(({ reason }) => `Its expression ${reason}.`)
  const zone = zoneFault === undefined ? [] : [`Its zone ${zoneFault.replace(/[.?]*$/, (end) => end || '.')}`]
  return [...expression, ...zone, 'It never runs: change it, or remove it.'].join(' ')
}

/** The next fires, by the very function that fires them. */
export const shownPreview = (cron: Cron, zone: string, after: Date): SchedulePreview => ({
  words: wordsOf(cron, cron.text),
  zone,
  next: coming(cron, zone, after, 20),
})

export function shownFire(fire: FireDocument, result: Result | undefined): Fire {
  const { _id: fireId, due, at, by, outcome, lateMs, reason } = fire
  return {
    fireId,
    due: due.toISOString(),
    at: at.toISOString(),
    by,
    outcome,
    lateMs,
    ...(reason ? { reason } : {}),
    ...result,
  }
}

const wordsOf = (cron: Cron | undefined, otherwise: string) => ({
  en: cron ? describe(cron, 'en').text : otherwise,
  hi: cron ? describe(cron, 'hi').text : otherwise,
})

const coming = (cron: Cron, zone: string, after: Date, count: number) =>
  previewFires(cron, zone, after, count).map(({ utc, local, note }) => ({
    at: utc,
    local,
    ...(note ? { note: noteInWords(note) } : {}),
  }))
