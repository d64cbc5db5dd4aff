/** How a handler ends. Throwing means the same as `retry`, minus the say over when. */
export type Outcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'retry'; readonly reason: string; readonly afterMs: number }
  | { readonly kind: 'reject'; readonly reason: string }

/** The work is finished, or is written down where nothing forgets it. */
export const done: Outcome = { kind: 'done' }

/** Not now: something we depend on is away. Uses up one delivery. */
export const retry = (reason: string, afterMs: number): Outcome => ({ kind: 'retry', reason, afterMs })

/** Never: this event cannot succeed however often it comes. It goes to the dead letters. */
export const reject = (reason: string): Outcome => ({ kind: 'reject', reason })
