import { contractOf } from './events.ts'

/** What changed in an event, for those who read it. A breaking change never stands here: that is a new type. */
export interface Change {
  readonly on: string
  readonly what: string
}

/** When a family's events came to be. */
const released: Readonly<Record<string, string>> = {
  appointment: '2026-11-23',
  report: '2026-11-23',
  canary: '2026-11-24',
  campaign: '2026-11-25',
  mail: '2026-11-25',
  delivery: '2026-11-25',
  suppression: '2026-11-25',
  batch: '2026-11-25',
  schedule: '2026-11-25',
  tick: '2026-11-25',
}

const latest = '2026-11-25'

/** The history of one of our events, oldest first. Whoever changes a contract writes a line here. */
export function changesOf(type: string): readonly Change[] {
  if (!contractOf(type)) return []
  return [{ on: released[type.split('.')[0] ?? ''] ?? latest, what: 'first released' }]
}

/** The same of what other systems may say. */
export const intakeChanges: readonly Change[] = [{ on: '2026-11-25', what: 'first released' }]
