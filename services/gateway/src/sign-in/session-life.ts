/** A session ends half an hour after its last use, and after twelve hours whatever happens. */
export const idleMs = 30 * 60_000
export const longestMs = 12 * 3_600_000

export const expiryOf = (startedAt: Date) => new Date(startedAt.getTime() + longestMs)

/** When a session that is used now ends unless it is used again. */
export const endOf = (now: Date, expiresAt: Date) =>
  new Date(Math.min(now.getTime() + idleMs, expiresAt.getTime()))
