import type { Accepted } from './request-log.ts'

/** What the witnesses saw of one row. Nothing here is what the system says of itself, but for `jobs`, read at the end. */
export interface History {
  /** Requests answered 2xx, from the fsynced log. */
  readonly accepted: readonly Accepted[]
  /** Keys of requests that never got an answer, although repeated. */
  readonly unanswered: readonly string[]
  /** Bodies that arrived whole, as HTTP sees it. */
  readonly downloads: readonly Body[]
  /** Files that were ever seen under a final name, by key; each with its hash when it was seen first. */
  readonly files: readonly Body[]
  /** The keys of the files that stand at the end, one entry per file. */
  readonly standing: readonly string[]
  /** The database at the end. */
  readonly jobs: readonly FinalJob[]
  /** Documents that still have something to say to the broker or to the audit. */
  readonly unsaid: number
  /** Jobs that not exactly one entry of the audit accounts for. */
  readonly unaccounted: number
  /** Events of outboxes, said as it seems, that the stream does not hold. */
  readonly unheard: number
  /** When a worker was killed. */
  readonly kills: readonly number[]
  /** What the ledger remembers of the work of these jobs. */
  readonly works: readonly LedgerWork[]
  /** What each wish should give. */
  readonly right: ReadonlyMap<string, Content>
}

export interface Content {
  readonly sha256: string
  readonly rows: number
}

export interface Body extends Content {
  readonly jobId: string
}

export interface FinalJob {
  readonly jobId: string
  readonly key: string
  readonly state: string
  /** When a worker took it, each time, and when it ended. */
  readonly startedAt: readonly number[]
  readonly endedAt: number | undefined
  readonly sha256: string | undefined
}

/** A move of the ledger, in its own time. */
interface LedgerMove {
  readonly at: number
  readonly move: string
  readonly fence: number
}

/** One piece of work, with its last moves in their order. */
export interface LedgerWork {
  readonly moves: readonly LedgerMove[]
}

/** What is said of a row, in the line for machines. */
export interface Verdict {
  readonly accepted: number
  /** Promised, and without a final state when the deadline was over; or something never said to the others or not in the stream, or not accounted for. */
  readonly lost: number
  /** Two jobs of one key, or two files of one job. */
  readonly duplicates: number
  /** Bodies or files that are not byte for byte what they should be. */
  readonly partial: number
  /** Requests of which the client cannot know, and jobs nobody was promised. */
  readonly inDoubt: number
  /** From a kill to the next sign of life of the work that was in its hand: the slower of what jobs and ledger tell. */
  readonly p99RescueMs: number
  /** How many rescues the ledger tells of; absent where none are measured. */
  readonly rescues?: number
}

const finalStates = ['done', 'failed', 'cancelled', 'expired']

/** The history decides, not the logs of the system under test. */
export function check(
  history: History,
): Required<Verdict> & { readonly failed: number; readonly examples: readonly string[] } {
  const { accepted, jobs, unanswered } = history
  const byId = new Map(jobs.map((job) => [job.jobId, job]))
  const wishOf = new Map(accepted.map(({ jobId, wish }) => [jobId, wish]))
  const isFinal = (jobId: string) => finalStates.includes(byId.get(jobId)?.state ?? 'unknown')

  const rightOf = (jobId: string) => history.right.get(wishOf.get(jobId) ?? '')
  const isWrong = ({ jobId, sha256, rows }: Body) => {
    const right = rightOf(jobId)
    return right !== undefined && (right.sha256 !== sha256 || right.rows !== rows)
  }
  const downloaded = new Set(history.downloads.map(({ jobId }) => jobId))
  const isLost = ({ jobId }: Accepted) =>
    !isFinal(jobId) || (byId.get(jobId)?.state === 'done' && !downloaded.has(jobId))
  const lost = accepted.filter(isLost)

  const rescued = ledgerRescues(history.works, history.kills)

  const wrong = [...history.downloads, ...history.files].filter(isWrong)

  return {
    accepted: accepted.length,
    lost: lost.length + history.unsaid + history.unheard + history.unaccounted,
    duplicates:
      repeated(jobs.map(({ key }) => key)) +
      repeated(history.standing) +
      differing(accepted.map(({ key, jobId }) => [key, jobId])),
    partial: wrong.length,
    inDoubt: unanswered.length,
    examples: [
      ...slowest(rescued),
      ...lost.slice(0, 5).map(({ jobId }) => `lost: ${jobId} is ${byId.get(jobId)?.state ?? 'nowhere'}`),
      ...wrong
        .slice(0, 5)
        .map(
          ({ jobId, rows }) =>
            `wrong: ${jobId} (${wishOf.get(jobId)}) has ${rows} rows of ${rightOf(jobId)?.rows}`,
        ),
    ],
    failed: jobs.filter(({ state }) => state === 'failed').length,
    p99RescueMs: Math.max(
      percentile(99, rescues(jobs, history.kills)),
      percentile(
        99,
        rescued.map(({ ms }) => ms),
      ),
    ),
    rescues: rescued.length,
  }
}

/** Work that has lost its fifth worker goes behind what waits, so it is told apart: see `suspiciousAttempts`. */
function slowest(rescued: readonly Rescue[]): readonly string[] {
  if (rescued.length === 0) return []
  const told = (which: string, some: readonly Rescue[]) =>
    `${which}: ${some.length} rescues, the slowest ${Math.max(0, ...some.map(({ ms }) => ms)) / 1_000} s`
  const isLate = ({ losses }: Rescue) => losses >= 5
  return [
    told(
      'work that lost one to four workers',
      rescued.filter((one) => !isLate(one)),
    ),
    told('work that lost its fifth or a later one', rescued.filter(isLate)),
  ]
}

/** How many are there more than once. */
function repeated(values: readonly string[]): number {
  return values.length - new Set(values).size
}

/** How many keys were answered with more than one job. */
function differing(answers: ReadonlyArray<readonly [key: string, jobId: string]>): number {
  const jobsOf = Map.groupBy(answers, ([key]) => key)
  return [...jobsOf.values()].filter((list) => new Set(list.map(([, jobId]) => jobId)).size > 1).length
}

/**
 * For each time work was begun and then broken off by a kill: how long until it was begun again, or done. What was
 * killed twice counts twice, each from its own kill.
 */
export function rescues(jobs: readonly FinalJob[], kills: readonly number[]): readonly number[] {
  return jobs.flatMap(({ startedAt, endedAt }) =>
    startedAt.flatMap((start, index) => {
      const next = startedAt[index + 1] ?? endedAt
      const kill = kills.find((at) => at > start && at < (next ?? Number.POSITIVE_INFINITY))
      // Work that ended within a second was not in that process's hand any more: it had only not been said yet.
      const isLast = index === startedAt.length - 1
      if (kill === undefined || next === undefined || (isLast && next - kill < 1_000)) return []
      return [Math.round(next - kill)]
    }),
  )
}

/** How long until work was taken in hand again, and the how manieth claim on it had broken off. */
interface Rescue {
  readonly ms: number
  readonly losses: number
}

const broughtToAnEnd = ['done', 'failed', 'in doubt', 'cancelled', 'put back']

/**
 * The same from what the ledger remembers, which knows of a claim from its first moment on, where a job learns only of
 * what takes long enough to be said. What the one who was killed had ended itself was not in its hand any more, even when
 * that was written a moment later.
 */
export function ledgerRescues(works: readonly LedgerWork[], kills: readonly number[]): readonly Rescue[] {
  return works.flatMap(({ moves }) =>
    moves.flatMap((claim, place) => {
      if (claim.move !== 'claim') return []
      const later = moves.slice(place + 1)
      const isEnded = later.some(({ move, fence }) => fence === claim.fence && broughtToAnEnd.includes(move))
      const next = later.find(({ move }) => move === 'claim')
      const leftAt = later.find(({ move }) => move === 'claim' || move.startsWith('abandoned'))?.at ?? 0
      const kill = kills.find((at) => at > claim.at && at < leftAt)
      return isEnded || kill === undefined || next === undefined
        ? []
        : [{ ms: next.at - kill, losses: claim.fence }]
    }),
  )
}

/** The nearest-rank percentile; 0 of nothing. */
export function percentile(rank: number, values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil((rank / 100) * sorted.length) - 1)] ?? 0
}
