export interface GroupCommitOptions<Item> {
  /** The most items in one batch. */
  readonly most: number
  /** Batches on their way at once. */
  readonly atOnce?: number
  /** Items with the same key keep their order: never two in one batch, nor in two batches at once. */
  readonly keyOf: (item: Item) => unknown
  /** Lets a batch wait until this turn of the event loop has heard everybody: more go together, each a little later. */
  readonly isPatient?: boolean
  /** Whether one item alone may have made the whole batch fail; then each is tried by itself. */
  readonly oneIsToBlame?: (error: unknown) => boolean
}

interface Waiting<Item, Result> {
  readonly item: Item
  readonly key: unknown
  readonly resolve: (result: Result) => void
  readonly reject: (reason: unknown) => void
}

/**
 * Lets whatever arrives while a batch is on its way go out together as the next one. When nothing is on its way, an
 * item goes at once: being alone costs nothing.
 *
 * `run` answers for each item, in order, how it ended; when it rejects, all its items did.
 */
export function groupCommit<Item, Result>(
  run: (items: readonly Item[]) => Promise<ReadonlyArray<PromiseSettledResult<Result>>>,
  options: GroupCommitOptions<Item>,
): (item: Item) => Promise<Result> {
  const { most, atOnce = 1, keyOf, isPatient = false, oneIsToBlame = () => false } = options
  // In any case not before whoever called has said everything it has to say.
  const soon = isPatient ? setImmediate : queueMicrotask
  let waiting: Waiting<Item, Result>[] = []
  const busy = new Set<unknown>()
  let underWay = 0
  let beginning = false

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, key: keyOf(item), resolve, reject })
      beginSoon()
    })

  function beginSoon() {
    if (beginning || underWay >= atOnce) return
    beginning = true
    soon(() => {
      beginning = false
      begin()
    })
  }

  function begin() {
    while (underWay < atOnce) {
      const batch = nextBatch()
      if (batch.length === 0) return
      underWay += 1
      void commit(batch).then(() => {
        underWay -= 1
        for (const { key } of batch) busy.delete(key)
        if (!isPatient) begin()
        else if (waiting.length > 0) beginSoon()
      })
    }
  }

  function nextBatch(): Waiting<Item, Result>[] {
    const batch: typeof waiting = []
    const left: typeof waiting = []
    for (const one of waiting) {
      if (batch.length === most || busy.has(one.key)) left.push(one)
      else {
        busy.add(one.key)
        batch.push(one)
      }
    }
    waiting = left
    return batch
  }

  async function commit(batch: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      const ends = await run(batch.map(({ item }) => item))
      for (const [index, { resolve, reject }] of batch.entries()) {
        const end = ends[index]
        if (end?.status === 'fulfilled') resolve(end.value)
        else reject(end?.reason)
      }
    } catch (error) {
      if (batch.length > 1 && oneIsToBlame(error)) await Promise.all(batch.map((one) => commit([one])))
      else for (const { reject } of batch) reject(error)
    }
  }
}
