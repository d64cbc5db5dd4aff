/** A limit that several processes share. Neither call waits. */
export interface Permits {
  /** Takes as many as there are, at most so many, and answers how many that was. */
  take(atMost: number): number
  giveBack(count: number): void
}

/** Room for so much at once, some of which may be asked for a moment before it is there. */
export interface Room extends Permits {
  /** Takes room for one: now, or when it is given back within this time; false when it was not. First come, first served. */
  takeOneWithin(patienceMs: number): boolean | Promise<boolean>
  /** Nobody waits any longer. */
  sendAway(): void
}

/** Room for `size` at once, and no more than there are permits. */
export function roomFor(size: number, permits: Permits = unlimited): Room {
  let taken = 0
  const line: ((isThere: boolean) => void)[] = []

  return {
    take,
    giveBack(count) {
      taken -= count
      permits.giveBack(count)
      while (line.length > 0 && take(1) === 1) line.shift()?.(true)
    },
    takeOneWithin(patienceMs) {
      if (line.length === 0 && take(1) === 1) return true
      return new Promise((resolve) => {
        const called = (isThere: boolean) => {
          clearTimeout(patience)
          resolve(isThere)
        }
        const patience = setTimeout(() => {
          line.splice(line.indexOf(called), 1)
          resolve(false)
        }, patienceMs)
        line.push(called)
      })
    },
    sendAway() {
      for (const called of line.splice(0)) called(false)
    },
  }

  function take(atMost: number): number {
    const free = Math.min(size - taken, atMost)
    const count = free > 0 ? permits.take(free) : 0
    taken += count
    return count
  }
}

const unlimited: Permits = { take: (atMost) => atMost, giveBack() {} }
