/**
 * What the sink does instead of answering as it should. `hang` says nothing any more, `reset` ends the connection with
 * RST, a number of milliseconds lets the right answer wait.
 */
export type Deed =
  | 'hang'
  | 'reset'
  | { readonly status: number; readonly retryAfter?: string; readonly message?: string }
  | { readonly slowMs: number }

/** What is known of a call when it is decided whether something happens. */
export interface Moment {
  readonly space: string
  readonly requestId: string | undefined
  /** Counts all calls from 1. */
  readonly call: number
}

/** What happens, where and how often; once if not said. */
export interface Fault {
  readonly do: Deed
  /** Only in this space. */
  readonly space?: string
  readonly times?: number
  /** The message is taken all the same: its sender never hears of it. */
  readonly taken?: boolean
}

export interface Faults {
  /** Adds a fault; the answer takes it away again. */
  add(fault: Fault): () => void
  /** Asked at every call where no added fault applies; for faults by chance. */
  decide(fault: (moment: Moment) => Omit<Fault, 'space' | 'times'> | undefined): void
  clear(): void
  list(): readonly (Fault & { readonly left: number })[]
  /** What happens to this call; counts it. */
  at(moment: Moment): Omit<Fault, 'space' | 'times'> | undefined
}

export function faults(): Faults {
  const added = new Set<Fault & { left: number }>()
  let byChance: Parameters<Faults['decide']>[0] = () => undefined
  return {
    add(fault) {
      const one = { ...fault, left: fault.times ?? 1 }
      added.add(one)
      return () => void added.delete(one)
    },
    decide(fault) {
      byChance = fault
    },
    clear: () => added.clear(),
    list: () => [...added],
    at(moment) {
      for (const fault of added) {
        if (fault.space !== undefined && fault.space !== moment.space) continue
        fault.left--
        if (fault.left <= 0) added.delete(fault)
        return fault
      }
      return byChance(moment)
    },
  }
}

/** A fault as the control API is told it, or what is wrong with it. */
export function faultFrom(body: unknown): Fault | string {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return 'a fault is a JSON object'
  const { do: deed, space, times, taken, ...others } = body as Record<string, unknown>
  const [stranger] = Object.keys(others)
  if (stranger !== undefined) return 'only do, space, times and taken are known'
  if (!isDeed(deed)) return 'do: "hang", "reset", {"status": 503, "retryAfter"?: "3"} or {"slowMs": 500}'
  if (space !== undefined && typeof space !== 'string') return 'space: the id of a space'
  if (times !== undefined && !(Number.isSafeInteger(times) && Number(times) > 0))
    return 'times: a number from 1'
  if (taken !== undefined && typeof taken !== 'boolean') return 'taken: true or false'
  return {
    do: deed,
    ...(space === undefined ? {} : { space }),
    ...(times === undefined ? {} : { times: Number(times) }),
    ...(taken === undefined ? {} : { taken }),
  }
}

function isDeed(value: unknown): value is Deed {
  if (value === 'hang' || value === 'reset') return true
  if (typeof value !== 'object' || value === null) return false
  const { status, retryAfter, message, slowMs } = value as Record<string, unknown>
  if (Number.isSafeInteger(slowMs)) return Number(slowMs) >= 0
  const isStatus = Number.isSafeInteger(status) && Number(status) >= 200 && Number(status) <= 599
  return isStatus && [retryAfter, message].every((one) => one === undefined || typeof one === 'string')
}
