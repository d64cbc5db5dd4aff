/** A session ends half an hour after a person last did something, and after twelve hours whatever happens. */
export const idleMs = 30 * 60_000
export const longestMs = 12 * 3_600_000

export const expiryOf = (startedAt: Date) => new Date(startedAt.getTime() + longestMs)

/** When a session ends if its person is active now and not again. */
export const endOf = (now: Date, expiresAt: Date) =>
  new Date(Math.min(now.getTime() + idleMs, expiresAt.getTime()))
