import type { Job } from '@rounds/contracts/http'

type Step = 'requested' | 'started' | 'writing' | 'done' | 'failed' | 'cancelled' | 'expired'

interface TimelineEntry {
  readonly step: Step
  readonly at?: string
  /** Where the job stands: the last entry, and what it waits for. */
  readonly isNow: boolean
}

/** What happened to a job, first to last, as far as it is known. */
export function timelineOf({ state, createdAt, startedAt, finishedAt }: Job): TimelineEntry[] {
  const entries: Array<Omit<TimelineEntry, 'isNow'>> = [{ step: 'requested', at: createdAt }]
  if (startedAt) entries.push({ step: 'started', at: startedAt })
  if (state === 'running' || state === 'retrying') entries.push({ step: 'writing' })
  const ended = finishedAt ? { at: finishedAt } : {}
  if (state === 'done' || state === 'failed' || state === 'cancelled') entries.push({ step: state, ...ended })
  if (state === 'expired') entries.push({ step: 'done', ...ended }, { step: 'expired' })
  return entries.map((entry, index) => ({ ...entry, isNow: index === entries.length - 1 }))
}
