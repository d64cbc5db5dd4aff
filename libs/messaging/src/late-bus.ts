import type { Bus } from './bus.ts'
import { BusAwayError } from './bus-away-error.ts'

/** A bus that is started and stopped with its process. */
export interface DeferredBus extends Bus {
  readonly name: string
  start(): Promise<void>
  stop(): Promise<void>
}

/**
 * A bus that may still be connecting: the process works without it. Until it is there, what asks for an answer is
 * refused with `BusAwayError` (the outbox keeps what was to be said), and what hears waits.
 *
 * From `start` on, a broker that refuses us for good, for a wrong password or its age, is a rejection that nobody
 * catches: it ends the process with its sentence.
 */
export function deferredBus(connecting: Promise<Bus>): DeferredBus {
  let bus: Bus | undefined
  const connected = connecting.then((there) => {
    bus = there
    return there
  })
  // Told at `start`, when somebody listens.
  connected.catch(() => {})
  const now = (): Promise<Bus> =>
    bus ? Promise.resolve(bus) : Promise.reject(new BusAwayError('the broker has not been reached yet'))
  const close = async () => bus?.close()

  return {
    name: 'bus',
    start: async () => void connected.then(() => {}),
    stop: close,
    publish: async (event, anew) => (await now()).publish(event, anew),
    publishAll: async (events, anew) => (await now()).publishAll(events, anew),
    streamState: async (stream) => (await now()).streamState(stream),
    checkpoint: async (place, after) => (await now()).checkpoint(place, after),
    flows: async () => (await now()).flows(),
    say: (event) => bus?.say(event),
    answer: (subject, body) => bus?.answer(subject, body),
    serve: async (subject, concurrency, handler) => (await connected).serve(subject, concurrency, handler),
    subscribe: async (subscription) => (await connected).subscribe(subscription),
    gather: async (gathering) => (await connected).gather(gathering),
    replay: async (message, to, id) => (await now()).replay(message, to, id),
    follow: async (contracts, hearer, gap) => (await connected).follow(contracts, hearer, gap),
    close,
  }
}
