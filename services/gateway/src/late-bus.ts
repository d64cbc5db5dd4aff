import { type Bus, BusAwayError } from '@rounds/messaging'

/**
 * A bus that may still be connecting: the door opens without it. Until it is there, what asks for an answer is refused
 * (the outbox keeps what was to be said), and what hears waits.
 */
export function lateBus(connecting: Promise<Bus>): Bus {
  let bus: Bus | undefined
  const connected = connecting.then((there) => {
    bus = there
    return there
  })
  const now = (): Promise<Bus> =>
    bus ? Promise.resolve(bus) : Promise.reject(new BusAwayError('the broker has not been reached yet'))

  return {
    publish: async (event) => (await now()).publish(event),
    publishAll: async (events) => (await now()).publishAll(events),
    incarnation: async () => (await now()).incarnation(),
    flows: async () => (await now()).flows(),
    say: (event) => bus?.say(event),
    subscribe: async (subscription) => (await connected).subscribe(subscription),
    follow: async (contracts, hearer, gap) => (await connected).follow(contracts, hearer, gap),
    close: async () => bus?.close(),
  }
}
