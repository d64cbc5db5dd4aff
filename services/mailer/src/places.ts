/** So many at once, each for somebody who gives it back later; those who find none free wait in line. */
export interface Places<Holder extends object> {
  take(holder: Holder, signal: AbortSignal): Promise<void>
  /** Harmless for whoever has none. */
  giveBack(holder: Holder): void
}

export function places<Holder extends object>(count: number): Places<Holder> {
  const holders = new Set<Holder>()
  const line: (() => void)[] = []

  return {
    async take(holder, signal) {
      while (holders.size >= count) await turn(signal)
      signal.throwIfAborted()
      holders.add(holder)
    },
    giveBack(holder) {
      if (holders.delete(holder)) line.shift()?.()
    },
  }

  function turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        line.splice(line.indexOf(called), 1)
        reject(signal.reason)
      }
      const called = () => {
        signal.removeEventListener('abort', leave)
        resolve()
      }
      signal.throwIfAborted()
      signal.addEventListener('abort', leave, { once: true })
      line.push(called)
    })
  }
}
