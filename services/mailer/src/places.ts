import { waitingLine } from './waiting-line.ts'

/** So many at once, each for somebody who gives it back later; those who find none free wait in line. */
export interface Places<Holder extends object> {
  take(holder: Holder, signal: AbortSignal): Promise<void>
  /** Harmless for whoever has none. */
  giveBack(holder: Holder): void
}

export function places<Holder extends object>(count: number): Places<Holder> {
  const holders = new Set<Holder>()
  const line = waitingLine()

  return {
    async take(holder, signal) {
      while (holders.size >= count) await line.turn(signal)
      if (signal.aborted) {
        // Told to stop in the moment in which it was its turn: that is the next one's.
        line.next()
        throw signal.reason
      }
      holders.add(holder)
    },
    giveBack(holder) {
      if (holders.delete(holder)) line.next()
    },
  }
}
