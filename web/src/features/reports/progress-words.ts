import type { Job } from '@rounds/contracts/http'
import type { Formats } from '../../format/formats.ts'
import type { Texts } from '../../texts/texts.ts'

/** Whole percent, or nothing while the total is not known. 100 only once the file is there. */
export function percentOf(job: Job): number | undefined {
  if (job.state === 'done') return 100
  const { rows, total } = job.progress ?? {}
  if (rows === undefined || !total) return undefined
  return Math.min(99, Math.floor((rows / total) * 100))
}

/** How far a report is, as one would say it. */
export function progressWords(job: Job, texts: Texts, formats: Formats): string {
  const said = phaseWords(job, texts, formats)
  return job.attempt > 1 ? texts.progress.attempt(said, job.attempt) : said
}

function phaseWords({ progress, state }: Job, { progress: texts }: Texts, formats: Formats): string {
  if (!progress || state === 'queued') return texts.waiting
  if (progress.phase === 'counting') return texts.counting
  if (progress.phase === 'sealing') return texts.sealing
  if (progress.phase === 'retrying') return texts.retrying(progress.reason)
  const { rows, total, etaMs } = progress
  const done = total
    ? texts.ofTotal(formats.number(rows), formats.number(total))
    : texts.rows(formats.number(rows))
  return etaMs === undefined ? done : texts.left(done, formats.duration(etaMs))
}

/** The quarter that has been reached: what a screen reader is told, and no more often. */
export const quarter = (percent: number): number => Math.floor(percent / 25) * 25

/** What the title of the window shows: the running report, or of several the one that is furthest behind. */
export function percentOfAll(jobs: readonly Job[]): number | undefined {
  const percents = jobs.flatMap((job) => (job.state === 'running' ? (percentOf(job) ?? []) : []))
  return percents.length > 0 ? Math.min(...percents) : undefined
}
