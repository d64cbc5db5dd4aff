import {
  type CanarySent,
  type CanaryTicked,
  canaryAnswered,
  canarySent,
  canaryTicked,
  type HospitalEvent,
} from '@rounds/contracts'
import { eventMaker } from './event-maker.ts'
import { done } from './outcome.ts'
import { hears, type Subscription } from './subscription.ts'

/**
 * The same subscription, answering canaries too: they come through the consumer like any work, so that an answer shows
 * that work would flow. No service has to think of it.
 */
export function answeringCanaries(
  subscribed: Subscription,
  say: (event: HospitalEvent) => void,
): Subscription {
  // No canary flies where others speak.
  if (subscribed.raw) return subscribed
  const { durable, service } = subscribed.consumer
  const make = eventMaker(service)
  const answer = async (canary: CanarySent | CanaryTicked) => {
    const { canaryId } = canary.data
    say(make(canaryAnswered, { canaryId, durable, sentAt: canary.time }, canary))
    return done
  }
  const answers = [hears(canarySent, answer), hears(canaryTicked, answer)].map(
    ([{ type }, handler]) => [type, handler] as const,
  )
  return { ...subscribed, handlers: new Map([...subscribed.handlers, ...answers]) }
}
