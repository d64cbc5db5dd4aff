import type { Job, JobState } from '@rounds/contracts/http'

const waited: readonly (JobState | undefined)[] = ['queued', 'running', 'retrying']

/** Jobs that were seen at work before and are ready or have failed now. One that somebody cancelled knows it already. */
export const endedSince = (before: ReadonlyMap<string, JobState>, jobs: readonly Job[]): Job[] =>
  jobs.filter(
    ({ jobId, state }) => (state === 'done' || state === 'failed') && waited.includes(before.get(jobId)),
  )
