import type { Metrics } from '@rounds/service'
import { type Answer, roundTripMs } from './canary.ts'

/** Shows in the metrics how quickly each consumer answered its last canary, and how long ago that was. */
export function canaryGauges(
  metrics: Pick<Metrics, 'gauge'>,
  answers: () => ReadonlyMap<string, Answer>,
  now: () => Date,
): void {
  const perConsumer = (value: (answer: Answer) => number) => () =>
    Array.from(answers(), ([durable, answer]) => [durable, value(answer) / 1_000] as const)
  metrics.gauge(
    'rounds_canary_round_trip_seconds',
    'From sending the last canary to the consumer’s answer',
    'durable',
    perConsumer(roundTripMs),
  )
  metrics.gauge(
    'rounds_canary_answer_age_seconds',
    'Since a consumer last answered a canary; one is sent every CANARY_INTERVAL_SECONDS',
    'durable',
    perConsumer(({ answeredAt }) => now().getTime() - answeredAt.getTime()),
  )
}
