/** Two minutes are enough to read the offer and to answer it (WCAG 2.2.1 asks for twenty seconds). */
const offeredSeconds = 120

/** How the session stands: nothing to say, about to end, or over. */
export type SessionPhase =
  | { readonly kind: 'quiet' }
  /** Near enough to ask the gateway whether another tab has prolonged it. */
  | { readonly kind: 'check' }
  | { readonly kind: 'ending'; readonly secondsLeft: number }
  | { readonly kind: 'over' }

/** Read from what the gateway said, and when it said so: clocks of browsers and servers differ. */
export function sessionPhase(endsInSeconds: number, saidAt: number, now: number): SessionPhase {
  const secondsLeft = endsInSeconds - Math.floor((now - saidAt) / 1_000)
  if (secondsLeft > offeredSeconds) return { kind: 'quiet' }
  // A second for the answer, so that the offer does not flash up in vain.
  if (secondsLeft === offeredSeconds) return { kind: 'check' }
  // Told in whole seconds, rounded down: a second later it is over for certain.
  return secondsLeft >= 0 ? { kind: 'ending', secondsLeft } : { kind: 'over' }
}
