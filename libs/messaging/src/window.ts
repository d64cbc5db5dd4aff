/** Runs at most `size` pieces of work at once; who comes later waits in line. */
export function boundedWindow(size: number): <T>(work: () => Promise<T>) => Promise<T> {
  let free = size
  const line: (() => void)[] = []
  return async (work) => {
    if (free > 0) free -= 1
    else await new Promise<void>((next) => line.push(next))
    try {
      return await work()
    } finally {
      const next = line.shift()
      if (next) next()
      else free += 1
    }
  }
}
