import type { FireDocument, HospitalEvent, ScheduleDocument } from '@rounds/contracts'
import type { Fires } from '../src/schedule-runs/fire-store.ts'

interface Kept {
  readonly fire: FireDocument
  readonly says: readonly HospitalEvent[]
  said: boolean
}

/** The ledger of fires in memory, with its outbox; several replicas may share one. */
export function memoryFires() {
  const kept = new Map<string, Kept>()
  const ofSchedule = new Map<string, FireDocument[]>()
  const unsaid = new Set<Kept>()
  const latest = (fires: readonly FireDocument[]) =>
    fires.reduce<FireDocument | undefined>(
      (one, other) => (one && one.due > other.due ? one : other),
      undefined,
    )

  return {
    all: (): FireDocument[] => Array.from(kept.values(), ({ fire }) => fire),
    /** What stands in outboxes and was not marked as said. */
    unsaid: () => [...unsaid],
    markSaid: (one: Kept) => void unsaid.delete(one),

    async keep(decided) {
      return decided.flatMap(({ fire, says }) => {
        if (kept.has(fire._id)) return []
        const entry = { fire, says, said: false }
        kept.set(fire._id, entry)
        if (says.length > 0) unsaid.add(entry)
        ofSchedule.set(fire.scheduleId, [...(ofSchedule.get(fire.scheduleId) ?? []).slice(-50), fire])
        return [fire]
      })
    },
    async decidedUntil(scheduleId) {
      return latest((ofSchedule.get(scheduleId) ?? []).filter(({ by }) => by === 'clock'))?.due
    },
    async lastFired(scheduleId, before) {
      const fired = (ofSchedule.get(scheduleId) ?? []).filter(
        ({ outcome, due }) => (outcome === 'fired' || outcome === 'late') && due < before,
      )
      return latest(fired)
    },
  } satisfies Fires & Record<string, unknown>
}

/** A schedule as the gateway keeps it: daily at 07:30 in India, since the beginning of 2026. */
export function aSchedule(change: Partial<ScheduleDocument> = {}): ScheduleDocument {
  const madeAt = new Date('2026-01-01T00:00:00Z')
  return {
    _id: 'morning',
    name: 'Visit reminders',
    purpose: 'daily-reminders',
    parameters: {},
    expression: '30 7 * * *',
    zone: 'Asia/Kolkata',
    catchUp: { policy: 'once', windowMinutes: 6 * 60 },
    overlap: 'allow',
    runs: [],
    activeFrom: madeAt,
    createdBy: 'asha',
    createdAt: madeAt,
    updatedBy: 'asha',
    updatedAt: madeAt,
    version: 1,
    ...change,
  }
}
