import { backOffMs } from './back-off.ts'

export type LiveState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'live' }
  | { readonly kind: 'reconnecting'; readonly at: number }
  | { readonly kind: 'offline' }

/** The part of EventSource that is used. */
export interface Source {
  addEventListener(type: string, listener: (event: { readonly data?: string }) => void): void
  close(): void
}

interface HubDeps {
  open(): Source
  /** Whether the browser believes that there is a network at all. */
  isOnline(): boolean
  now(): number
  later(run: () => void, ms: number): () => void
  random?(): number
  on: {
    message(type: 'job' | 'progress' | 'chat', data: unknown): void
    /** The stream stands, and did not before: what happened meanwhile, or could not be had, has to be asked for. */
    back(): void
    /** It broke or never stood; perhaps because nobody is signed in any more. */
    lost(): void
  }
}

/**
 * The one connection of this tab over which news come. It reconnects for ever, by itself rather than by EventSource,
 * which gives up on an answer like 503 and says nothing of when it will try again.
 */
export function liveHub({ open, isOnline, now, later, random, on }: HubDeps) {
  const listeners = new Set<() => void>()
  let state: LiveState = { kind: 'connecting' }
  let source: Source | undefined
  let forget = () => {}
  let attempt = 0
  let hasMissed = false

  const become = (next: LiveState) => {
    state = next
    for (const listener of listeners) listener()
  }

  const drop = () => {
    forget()
    hasMissed ||= state.kind !== 'connecting'
    source?.close()
    source = undefined
  }

  const connect = () => {
    drop()
    const mine = open()
    source = mine
    const ifMine =
      (run: (event: { readonly data?: string }) => void) => (event: { readonly data?: string }) => {
        if (source === mine) run(event)
      }
    mine.addEventListener(
      'open',
      ifMine(() => {
        attempt = 0
        become({ kind: 'live' })
        if (hasMissed) on.back()
        hasMissed = false
      }),
    )
    for (const type of ['job', 'progress', 'chat'] as const) {
      mine.addEventListener(
        type,
        ifMine(({ data }) => on.message(type, JSON.parse(data ?? 'null'))),
      )
    }
    for (const type of ['bye', 'error']) mine.addEventListener(type, ifMine(lost))
  }

  const lost = () => {
    drop()
    if (isOnline()) {
      const waitMs = backOffMs(attempt++, random)
      become({ kind: 'reconnecting', at: now() + waitMs })
      forget = later(connect, waitMs)
    } else become({ kind: 'offline' })
    on.lost()
  }

  return {
    start: connect,
    /** Also what the pill's button and the browser's `online` event do. */
    retryNow() {
      attempt = 0
      connect()
    },
    wentOffline() {
      drop()
      become({ kind: 'offline' })
    },
    stop: drop,
    state: () => state,
    subscribe(listener: () => void) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
export type LiveHub = ReturnType<typeof liveHub>
