import { type FireDocument, type ScheduleDocument, type TickFired, tickFired } from '@rounds/contracts'
import type { MakeEvent } from '@rounds/messaging'
import { lateMs, type Turn } from '@rounds/schedule'

type Scheduled = Pick<ScheduleDocument, '_id' | 'purpose'>

/** Same schedule and same nominal instant give the same key, whichever replica decides and however late. */
export const fireKey = (scheduleId: string, due: Date) =>
  `${scheduleId}-${due.toISOString().replace(/[-:]|\.\d+/g, '')}`

/** An occurrence that was decided, as the ledger keeps it. */
export function fireOf({ _id: scheduleId, purpose }: Scheduled, turn: Turn, now: Date): FireDocument {
  return {
    _id: fireKey(scheduleId, turn.due),
    scheduleId,
    purpose,
    due: turn.due,
    at: now,
    by: 'clock',
    lateMs: Math.max(0, now.getTime() - turn.due.getTime()),
    ...(turn.kind === 'fire'
      ? { outcome: turn.late ? 'late' : 'fired' }
      : { outcome: turn.reason === 'the one before goes on' ? 'skipped' : 'missed', reason: turn.reason }),
  }
}

/** A run by hand is fired as long as whoever asked still thinks of it. */
export const runWithinMs = 24 * 3_600_000

/** A run that somebody asked for, as the ledger keeps it: its key is the run's own. */
export function fireOfRun(
  { _id: scheduleId, purpose }: Scheduled,
  { runId, at: due }: ScheduleDocument['runs'][number],
  now: Date,
): FireDocument {
  const age = Math.max(0, now.getTime() - due.getTime())
  const outcome = age > runWithinMs ? 'missed' : age > lateMs ? 'late' : 'fired'
  return {
    _id: runId,
    scheduleId,
    purpose,
    due,
    at: now,
    by: 'person',
    lateMs: age,
    outcome,
    ...(outcome === 'missed' ? { reason: 'too old' } : {}),
  }
}

/** What a fire says; nothing when it was missed or skipped. */
export function ticksOf(fire: FireDocument, make: MakeEvent): TickFired[] {
  if (fire.outcome !== 'fired' && fire.outcome !== 'late') return []
  const { _id: fireId, scheduleId, purpose, by } = fire
  const due = fire.due.toISOString()
  // Computed, so that the stream keeps one of what several replicas say.
  const id = by === 'clock' ? `${scheduleId}@${due}` : `${scheduleId}@${fireId}`
  return [make(tickFired, { scheduleId, fireId, purpose, due, by }, undefined, { id, time: fire.at })]
}
