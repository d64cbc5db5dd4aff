import type { FireDocument, ScheduleDocument } from '@rounds/contracts'
import type { MakeEvent } from '@rounds/messaging'
import {
  type CatchUpRule,
  type Cron,
  catchUp,
  isTimeZone,
  nextOccurrences,
  occurrences,
  readExpression,
} from '@rounds/schedule'
import { fireOf, fireOfRun, ticksOf } from './fire.ts'
import type { Fires } from './fire-store.ts'

export interface FireSchedulesDeps {
  /** Every schedule that was not taken away. */
  readonly schedules: () => Promise<readonly ScheduleDocument[]>
  readonly fires: Fires
  /** Whether the work that a fire led to goes on. */
  readonly goesOn: (fire: FireDocument) => Promise<boolean>
  readonly make: MakeEvent
  readonly now: () => Date
  /** Told of each occurrence once over all replicas. */
  readonly onDecided: (fire: FireDocument) => void
  /** Told, once per version, of a schedule that cannot be read: the gateway lets none through. */
  readonly onBroken: (schedule: ScheduleDocument) => void
}

/** What is remembered of a schedule between two looks. All of it can be found again in the ledger. */
interface Plan {
  readonly version: number
  readonly cron: Cron | undefined
  /** Everything due until then is decided. */
  decidedUntil: Date
  nextDue: Date
  readonly runs: Set<string>
}

const dayMs = 24 * 3_600_000
/** No window is longer, so nothing before it would be made up for; neither is it listed as missed one by one. */
const longestLookBackMs = 32 * dayMs
const atOnce = 500
const never = new Date(8.64e15)

/**
 * One look at all schedules: decides what is due, and writes each decision with its tick as one document. Every replica
 * does so, by its own clock; the key made from schedule and nominal instant lets one of them win. Decisions are written
 * in order, so that the latest one tells what all replicas have behind them.
 */
export function fireSchedules(deps: FireSchedulesDeps): () => Promise<void> {
  const { fires, make, now } = deps
  const plans = new Map<string, Plan>()

  return async () => {
    const schedules = await deps.schedules()
    const ids = new Set(schedules.map(({ _id }) => _id))
    for (const id of plans.keys()) if (!ids.has(id)) plans.delete(id)
    // All of them, whatever becomes of one.
    const ends = await Promise.allSettled(schedules.map(attend))
    const failed = ends.find((end) => end.status === 'rejected')
    if (failed) throw failed.reason
  }

  async function attend(schedule: ScheduleDocument): Promise<void> {
    const plan = await planOf(schedule)
    await fireRuns(schedule, plan)
    if (!plan.cron || schedule.paused || now() < plan.nextDue) return
    await fireDue(schedule, plan, plan.cron)
  }

  async function planOf(schedule: ScheduleDocument): Promise<Plan> {
    const { _id, version, expression, zone, activeFrom } = schedule
    const known = plans.get(_id)
    if (known?.version === version) return known
    const decided = (await fires.decidedUntil(_id)) ?? activeFrom
    const cron = isTimeZone(zone) ? readExpression(expression).cron : undefined
    if (!cron) deps.onBroken(schedule)
    const decidedUntil = later(activeFrom, decided)
    const plan = {
      version,
      cron,
      decidedUntil,
      nextDue: cron ? nextDue(cron, zone, decidedUntil) : never,
      runs: known?.runs ?? new Set<string>(),
    }
    plans.set(_id, plan)
    return plan
  }

  async function fireRuns(schedule: ScheduleDocument, plan: Plan): Promise<void> {
    const asked = schedule.runs.filter(({ runId }) => !plan.runs.has(runId))
    if (asked.length === 0) return
    await keep(asked.map((run) => fireOfRun(schedule, run, now())))
    for (const { runId } of asked) plan.runs.add(runId)
  }

  async function fireDue(schedule: ScheduleDocument, plan: Plan, cron: Cron): Promise<void> {
    const at = now()
    const after = later(plan.decidedUntil, new Date(at.getTime() - longestLookBackMs))
    const due = occurrences(cron, schedule.zone, after, at)
      .map((one) => one.due)
      .toArray()
    const turns = catchUp(due, at, ruleOf(schedule), await isBusy(schedule, due[0]))
    for (let start = 0; start < turns.length; start += atOnce) {
      const together = turns.slice(start, start + atOnce)
      await keep(together.map((turn) => fireOf(schedule, turn, at)))
      plan.decidedUntil = together.at(-1)?.due ?? plan.decidedUntil
    }
    plan.nextDue = nextDue(cron, schedule.zone, later(plan.decidedUntil, at))
  }

  async function isBusy({ _id, overlap }: ScheduleDocument, first: Date | undefined): Promise<boolean> {
    if (overlap === 'allow' || !first) return false
    const last = await fires.lastFired(_id, first)
    return last !== undefined && (await deps.goesOn(last))
  }

  async function keep(decided: readonly FireDocument[]): Promise<void> {
    const fresh = await fires.keep(decided.map((fire) => ({ fire, says: ticksOf(fire, make) })))
    for (const fire of fresh) deps.onDecided(fire)
  }
}

const nextDue = (cron: Cron, zone: string, after: Date) =>
  nextOccurrences(cron, zone, after, 1)[0]?.due ?? never

const later = (one: Date, other: Date) => (one > other ? one : other)

const ruleOf = ({ catchUp: { policy, windowMinutes }, overlap }: ScheduleDocument): CatchUpRule => ({
  catchUp: policy,
  windowMs: windowMinutes * 60_000,
  overlap,
})
