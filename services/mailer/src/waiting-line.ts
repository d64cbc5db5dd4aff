/** Those who wait for their turn: first come, first served. */
export interface WaitingLine {
  /** Resolves when it is one's turn; rejects with the signal's reason when one leaves before. */
  turn(leave: AbortSignal): Promise<void>
  /** Gives the turn to whoever waits longest, and answers whether anybody does. */
  next(): boolean
}

export function waitingLine(): WaitingLine {
  const line: (() => void)[] = []
  return {
    turn: (leave) =>
      new Promise((resolve, reject) => {
        const go = () => {
          line.splice(line.indexOf(called), 1)
          reject(leave.reason)
        }
        const called = () => {
          leave.removeEventListener('abort', go)
          resolve()
        }
        leave.throwIfAborted()
        leave.addEventListener('abort', go, { once: true })
        line.push(called)
      }),
    next() {
      const called = line.shift()
      called?.()
      return called !== undefined
    },
  }
}
