import { Readable } from 'node:stream'

/** One message of a stream of server-sent events. */
export interface Message {
  readonly event: string
  /** What the browser sends back as Last-Event-ID; absent where resuming from here would lose something. */
  readonly id?: string
  readonly data: unknown
}

/** What a reader may be behind. One who reads slower is cut off, and resumes from what it had. */
const roomBytes = 1024 * 1024

/** The body of an answer that goes on. */
export interface EventStream {
  readonly body: Readable
  say(message: Message): void
  /** A comment, so that proxies and browsers see that somebody is there. */
  beat(): void
  /** Says why and ends. */
  end(reason: string): void
}

/**
 * A stream of server-sent events. Browsers are told to wait a random while before they come back, so that not all
 * return in the moment in which a gateway restarts.
 */
export function eventStream(random: () => number = Math.random): EventStream {
  const body = new Readable({ read() {} })
  const push = (text: string) => {
    if (body.destroyed || body.readableEnded) return
    body.push(text)
    if (body.readableLength > roomBytes) body.destroy()
  }
  const say = ({ event, id, data }: Message) =>
    push(`${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
  push(`retry: ${1_000 + Math.round(random() * 4_000)}\n\n`)

  let ended = false
  return {
    body,
    say: (message) => {
      if (!ended) say(message)
    },
    beat: () => {
      if (!ended) push(':\n\n')
    },
    end(reason) {
      if (ended) return
      say({ event: 'bye', data: { reason } })
      ended = true
      if (!body.destroyed) body.push(null)
    },
  }
}
