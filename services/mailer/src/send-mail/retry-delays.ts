const minute = 60_000
const hour = 60 * minute

/** After an answer that says later: within two days, and then no more. */
const refusedDelays = [minute, 5 * minute, 15 * minute, hour, ...Array<number>(11).fill(4 * hour)]

/** After a conversation that broke off: the next one may well go better. */
const brokenDelays = [
  5_000,
  15_000,
  minute,
  5 * minute,
  15 * minute,
  hour,
  ...Array<number>(11).fill(4 * hour),
]

/**
 * How long a mail waits after its n-th attempt; nothing when its attempts are spent. Anything between nothing and the
 * limit, so that those who failed together do not return together.
 */
export function retryDelay(
  why: 'refused' | 'broke off',
  attempt: number,
  chance: number,
): number | undefined {
  const limit = (why === 'refused' ? refusedDelays : brokenDelays)[attempt - 1]
  return limit === undefined ? undefined : Math.round(chance * limit)
}

/** How long a mail waits when nobody can be sent anything: not its fault, and not for long. */
export const relayDelay = (chance: number) => Math.round(2_000 + chance * 8_000)
