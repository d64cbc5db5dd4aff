import type { HospitalEvent } from '@rounds/contracts'

/** As long as progress is silent too: what ends sooner needs no word of its own that it began. */
const patienceMs = 250

/**
 * Says that an attempt began: together with its ending where that is near, which is one write less for every small
 * report, and by itself otherwise. The event is made at the beginning and tells that time, whenever it is said.
 */
export function tellStart(event: HospitalEvent, say: (events: readonly HospitalEvent[]) => Promise<void>) {
  let saying: Promise<void> | undefined
  const now = () => {
    clearTimeout(timer)
    saying ??= say([event])
    return saying
  }
  const timer = setTimeout(() => {
    // Whether it was said is asked at the end, and it is said there if it was not.
    now().catch(() => {})
  }, patienceMs)

  return {
    now,
    /** What is left to be said with the ending. */
    async left(): Promise<readonly HospitalEvent[]> {
      clearTimeout(timer)
      if (!saying) return [event]
      return saying.then(
        () => [],
        () => [event],
      )
    },
    [Symbol.dispose]: () => clearTimeout(timer),
  }
}
