import {
  type HospitalEvent,
  ownVisits,
  type ReportRequested,
  reportCompleted,
  reportFailed,
  reportStarted,
} from '@rounds/contracts'
import type { Log } from '@rounds/kernel'
import { CallOff, LostClaimError } from '@rounds/ledger'
import type { MakeEvent } from '@rounds/messaging'
import { type CsvWriter, isoWithOffset, type Lines, type OpenCsv, type ZoneClock } from '../csv/index.ts'
import { type ArtifactStore, artifactName, parsedArtifactName } from '../files/index.ts'
import { RefusedReportError } from './define-report.ts'
import { errorList } from './error-list.ts'
import { type ExportPlan, planExport } from './export-plan.ts'
import type { ExportClaim, ExportEnding, WrittenFile } from './export-work.ts'
import { verdictOn, waitMs } from './failure.ts'
import { manifest } from './manifest.ts'
import { tellProgress } from './publish-progress.ts'
import { tellStart } from './publish-started.ts'
import { type ReadAccess, type ReadRows, type Snapshot, SnapshotTooOldError } from './read-rows.ts'

/** What this slice needs from the world; `main.ts` decides who provides it. */
export interface ExportReportDeps {
  readonly readRows: ReadRows
  readonly readAccess: ReadAccess
  readonly openCsv: OpenCsv
  readonly artifacts: Pick<ArtifactStore, 'write' | 'remove' | 'list'>
  readonly make: MakeEvent
  /** For progress, which nobody keeps. */
  readonly say: (event: HospitalEvent) => void
  readonly clock: ZoneClock
  readonly keepDays: number
  readonly now: () => Date
  /** Called while rows flow: a long export is not a standstill. */
  readonly noteProgress: () => void
  readonly log: Pick<Log, 'warn'>
}

type Tell = ReturnType<typeof tellProgress>

/**
 * Writes the file of one report. Throws what may pass with time, and is tried again some times; what never will is an
 * ending, and so is what the machine is to blame for: that waits for as long as it takes.
 */
export function exportReport(deps: ExportReportDeps) {
  const { make, now } = deps

  return async (claim: ExportClaim, signal: AbortSignal): Promise<ExportEnding> => {
    const { key: reportId, input: cause } = claim
    if (cause.type !== 'report.requested') {
      const refusal = new RefusedReportError('UNKNOWN_REPORT', 'Nobody asked for this report.')
      return failedEnding(claim, refusal, make)
    }
    // Not the attempts that count against it: what is said of a later one must not look like the same.
    const attempt = claim.fence
    const tell = tellProgress({ reportId, attempt }, { say: deps.say, make, cause, now })
    using start = tellStart(make(reportStarted, { reportId, attempt }, cause), claim.say)
    try {
      const { plan, ownVisitsOnly } = await allowed(planExport(cause.data, deps.clock), signal)
      if (claim.fence > 1) await removeLeftovers(claim)
      const written = await onceMoreWhenTooOld(() => write(claim, cause.data, plan, tell, signal))
      const { snapshotTime, expiresAt, ...rest } = written
      const data = {
        reportId,
        ...rest,
        snapshotTime: snapshotTime.toISOString(),
        expiresAt: expiresAt.toISOString(),
        ...(ownVisitsOnly && { ownVisitsOnly }),
      }
      const completed = make(reportCompleted, data, cause)
      return { state: 'done', outcome: written, says: [...(await start.left()), completed] }
    } catch (error) {
      const why = signal.aborted ? signal.reason : error
      const { isFinal, isOfMachine, code, reason } = verdictOn(why)
      if (isFinal) return failedEnding(claim, why, make, await start.left())
      if (isOutOfOurHands(why)) throw error
      tell('retrying', 0, { reason })
      if (isOfMachine) {
        deps.log.warn({ reportId, attempt, code, error }, 'put back, to wait until it passes')
        const afterMs = waitMs(attempt, Math.random())
        return { state: 'waiting', reason: code, afterMs, uncounted: true, says: await start.left() }
      }
      // What the attempt failed from may keep it from being said as well; the next one says that it began.
      await start.now().catch(() => {})
      throw error
    }
  }

  /** The plan as far as whoever asked may go at this moment: a schedule or a full queue may lie between asking and reading. */
  async function allowed(
    plan: ExportPlan,
    signal: AbortSignal,
  ): Promise<{ readonly plan: ExportPlan; readonly ownVisitsOnly: boolean }> {
    const { relation, query } = plan
    if (!relation) return { plan, ownVisitsOnly: false }
    const today = isoWithOffset(now(), deps.clock).slice(0, 10)
    switch (await deps.readAccess(relation, deps.clock.startOf(today), signal)) {
      case 'whole':
        return { plan, ownVisitsOnly: false }
      case 'own visits': {
        const filter = { ...query.filter, ...ownVisits(relation.doctorId) }
        return { plan: { ...plan, query: { ...query, filter } }, ownVisitsOnly: true }
      }
      default:
        // The same answer for whom nobody knows and for whom somebody else treats.
        throw new RefusedReportError('UNKNOWN_PATIENT', 'There is no such patient of yours.')
    }
  }

  /** What earlier claims on this report left lying, killed or lost: whoever still writes there has lost it anyway. */
  async function removeLeftovers({ key, fence }: ExportClaim) {
    for (const { name } of await deps.artifacts.list(key)) {
      const left = parsedArtifactName(name)
      if (left?.key === key && left.fence < fence) await deps.artifacts.remove(name)
    }
  }

  async function write(
    { key, fence }: ExportClaim,
    request: ReportRequested['data'],
    plan: ExportPlan,
    tell: Tell,
    signal: AbortSignal,
  ): Promise<WrittenFile> {
    tell('counting', 0)
    await using snapshot = await deps.readRows(plan.query, signal)
    const { total, at: snapshotTime } = snapshot
    const options = { flavour: request.flavour, zone: deps.clock.zone }
    await using csv = await deps.openCsv(plan.columns, options, snapshot.isSmall)
    const aside = errorList()
    let rows = 0
    const onLines = (more: Lines) => {
      rows += more.rows
      aside.add(more.setAside)
      deps.noteProgress()
      tell('writing', rows, { total })
    }
    tell('writing', 0, { total })
    const sealed = await deps.artifacts.write(
      artifactName(key, fence, request.gzip),
      linesOf(csv, snapshot, onLines),
      {
        gzip: request.gzip,
        signal,
        errors: aside.take,
        manifestOf: (file) => {
          tell('sealing', rows, { total })
          const rowsSkipped = aside.count()
          return manifest(request, plan, file, {
            rows,
            rowsSkipped,
            zone: deps.clock.zone,
            snapshotTime,
            at: now(),
          })
        },
      },
    )
    // Called off while the last bytes were synced: nobody will ask for this file.
    if (signal.aborted) await deps.artifacts.remove(sealed.file)
    signal.throwIfAborted()
    const expiresAt = new Date(now().getTime() + deps.keepDays * 24 * 3_600_000)
    return { ...sealed, rows, rowsSkipped: aside.count(), snapshotTime, expiresAt }
  }
}

/** How an export ends that will not be tried again. */
export function failedEnding(
  { key, input }: ExportClaim,
  error: unknown,
  make: MakeEvent,
  before: readonly HospitalEvent[] = [],
): ExportEnding {
  const { code, reason } = verdictOn(error)
  const says = [...before, make(reportFailed, { reportId: key, code, reason }, input)]
  return { state: 'failed', outcome: { code, reason }, says }
}

/**
 * While lines are written, the next batch is already being encoded, and the one after that is on its way. The header goes
 * with the first lines: most files are one write.
 */
async function* linesOf(csv: CsvWriter, snapshot: Snapshot, onLines: (lines: Lines) => void) {
  let header: Uint8Array | undefined = csv.header
  const coming: Promise<Lines>[] = []
  for await (const batch of snapshot.batches()) {
    const lines = csv.encode(batch)
    // Awaited below, unless this ends early: then nobody cares.
    lines.catch(() => {})
    coming.push(lines)
    if (coming.length > 1) yield await next()
  }
  if (coming.length > 0) yield await next()
  if (header) yield header

  async function next() {
    const lines = (await coming.shift()) as Lines
    onLines(lines)
    const bytes = header ? Buffer.concat([header, lines.bytes]) : lines.bytes
    header = undefined
    return bytes
  }
}

async function onceMoreWhenTooOld<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof SnapshotTooOldError)) throw error
    return work()
  }
}

/** Called off or taken over: whoever did that has the word now. */
const isOutOfOurHands = (reason: unknown) => reason instanceof CallOff || reason instanceof LostClaimError
