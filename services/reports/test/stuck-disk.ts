/** A disk that takes one chunk, and no more before it is told to go on. */
export function stuckDisk() {
  const stuck = Promise.withResolvers<void>()
  const free = Promise.withResolvers<void>()
  return {
    /** To be awaited after each chunk, as one awaits a write. */
    async taken(): Promise<void> {
      stuck.resolve()
      await free.promise
    },
    /** Resolves once somebody waits for it. */
    stuck: stuck.promise,
    goOn: () => free.resolve(),
  }
}
