import { type ConsumersHealth, canaryAnswered, canarySent, canaryTicked, consumers } from '@rounds/contracts'
import type { Component, Log } from '@rounds/kernel'
import type { Bus, MakeEvent } from '@rounds/messaging'
import { type Answer, canaryOf, healthOf, noCanaries, untilNext, withAnswer, withSent } from './canary.ts'

export interface CanarySenderDeps {
  readonly bus: Pick<Bus, 'publish' | 'follow'>
  readonly make: MakeEvent
  readonly now: () => Date
  readonly everyMs: number
  readonly log: Pick<Log, 'warn'>
}

export interface CanarySender extends Component {
  health(): ConsumersHealth
  answers(): ReadonlyMap<string, Answer>
}

/** Sends a canary again and again, and keeps what came back. Every replica does both. */
export function canarySender({ bus, make, now, everyMs, log }: CanarySenderDeps): CanarySender {
  let canaries = noCanaries
  let timer: NodeJS.Timeout | undefined

  async function send() {
    const at = now()
    const { canaryId, eventId } = canaryOf(at, everyMs)
    try {
      await bus.publish(make(canarySent, { canaryId }, undefined, { id: eventId, time: at }))
      await bus.publish(make(canaryTicked, { canaryId }, undefined, { id: `${eventId}-tick`, time: at }))
      canaries = withSent(canaries, { canaryId, at })
    } catch (error) {
      log.warn({ error }, 'no canary could be sent')
    }
  }

  function sendOnTime() {
    timer = setTimeout(
      () => {
        void send()
        sendOnTime()
      },
      untilNext(now(), everyMs),
    )
  }

  return {
    name: 'canaries',
    async start() {
      // Not waited for: the door opens while the broker is away.
      const following = bus.follow([canaryAnswered], ({ data: { canaryId, durable, sentAt } }) => {
        canaries = withAnswer(canaries, durable, { canaryId, sentAt: new Date(sentAt), answeredAt: now() })
      })
      following.catch((error) => log.warn({ error }, 'the answers to canaries are not followed'))
      sendOnTime()
    },
    async stop() {
      clearTimeout(timer)
    },
    health: () => healthOf(canaries, consumers, now()),
    answers: () => canaries.answers,
  }
}
