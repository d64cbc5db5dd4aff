import type { FireDocument, HospitalEvent } from '@rounds/contracts'

/** The memory of what was decided: each occurrence once, by its key, together with what it says. */
export interface Fires {
  /** Keeps those that nobody decided before, and answers them. */
  keep(
    decided: ReadonlyArray<{ readonly fire: FireDocument; readonly says: readonly HospitalEvent[] }>,
  ): Promise<readonly FireDocument[]>
  /** The latest occurrence of a schedule that was decided, whatever became of it. */
  decidedUntil(scheduleId: string): Promise<Date | undefined>
  /** The last of a schedule that was really fired, due before this instant. */
  lastFired(scheduleId: string, before: Date): Promise<FireDocument | undefined>
}
