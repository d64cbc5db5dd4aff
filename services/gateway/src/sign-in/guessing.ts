/** How many failures are free, and how the wait grows after that. Per account strict; an address may be a whole ward. */
export const guessing = {
  account: { free: 5, firstWaitMs: 1_000, longestWaitMs: 5 * 60_000 },
  address: { free: 50, firstWaitMs: 1_000, longestWaitMs: 5 * 60_000 },
} as const

/** Failures are forgotten after an hour without another one. */
export const forgetAfterMs = 3_600_000
