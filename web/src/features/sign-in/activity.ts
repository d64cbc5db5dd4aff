export interface ActivityDeps {
  /** Tells the gateway that the person is active. */
  readonly report: () => void
  readonly now: () => number
  readonly later: (run: () => void, ms: number) => () => void
  readonly everyMs?: number
}

/**
 * Reports that a person types, points or scrolls: at once, then at most once in `everyMs`. The last activity is always reported, so
 * that the session ends half an hour after it and not up to a minute sooner.
 */
export class ActivityReporter {
  readonly #deps: Required<ActivityDeps>
  #reportedAt = Number.NEGATIVE_INFINITY
  #forget: (() => void) | undefined

  constructor(deps: ActivityDeps) {
    this.#deps = { everyMs: 60_000, ...deps }
  }

  noticed(): void {
    if (this.#forget) return
    const { now, later, everyMs } = this.#deps
    const waitMs = this.#reportedAt + everyMs - now()
    if (waitMs <= 0) this.#report()
    else this.#forget = later(() => this.#report(), waitMs)
  }

  stop(): void {
    this.#forget?.()
    this.#forget = undefined
  }

  #report(): void {
    this.#forget = undefined
    this.#reportedAt = this.#deps.now()
    this.#deps.report()
  }
}

/** What only a person does; what a page or its timers do fires none of these. */
export const activities = ['pointerdown', 'pointermove', 'keydown', 'input', 'wheel', 'touchstart'] as const
