/** What becomes of occurrences that nobody fired in time. */
export interface CatchUpRule {
  /** `skip`: none of them is made up for. `once`: the latest is. `all`: each is, in order. */
  readonly catchUp: 'skip' | 'once' | 'all'
  /** Only what is not older than this is made up for. */
  readonly windowMs: number
  /** `skip`: none is fired while the work of an earlier one goes on. */
  readonly overlap: 'skip' | 'allow'
}

/** What to do with one occurrence. */
export type Turn =
  | { readonly kind: 'fire'; readonly due: Date; readonly late: boolean }
  | { readonly kind: 'miss'; readonly due: Date; readonly reason: MissReason }

export type MissReason = 'too old' | 'skipped' | 'made up by a later one' | 'the one before goes on'

/**
 * Until this late an occurrence is fired whatever the rule says. It is wider than clocks of replicas stand apart:
 * otherwise the one whose clock is ahead would write off as missed what another is about to fire.
 */
export const graceMs = 5 * 60_000

/** From here on a fire counts as late. */
export const lateMs = 60_000

/**
 * What to do with occurrences that are due and undecided, given in order. Decides each one, in the same order. `busy`
 * says whether the work of an earlier fire goes on.
 */
export function catchUp(due: readonly Date[], now: Date, rule: CatchUpRule, busy: boolean): Turn[] {
  const latest = due.at(-1)
  let occupied = busy
  return due.map((occurrence): Turn => {
    const age = now.getTime() - occurrence.getTime()
    const reason = missed(occurrence, age)
    if (reason) return { kind: 'miss', due: occurrence, reason }
    if (occupied && rule.overlap === 'skip') {
      return { kind: 'miss', due: occurrence, reason: 'the one before goes on' }
    }
    occupied = true
    return { kind: 'fire', due: occurrence, late: age > lateMs }
  })

  function missed(occurrence: Date, age: number): MissReason | undefined {
    if (age <= graceMs) return undefined
    if (age > rule.windowMs) return 'too old'
    if (rule.catchUp === 'skip') return 'skipped'
    if (rule.catchUp === 'once' && occurrence !== latest) return 'made up by a later one'
    return undefined
  }
}
