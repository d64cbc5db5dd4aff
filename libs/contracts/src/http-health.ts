import { type Static, Type } from 'typebox'
import { identifier, instant } from './identifier.ts'

const consumerHealth = Type.Object({
  durable: identifier('The consumer'),
  service: Type.String({ description: 'Whose it is' }),
  roundTripMs: Type.Optional(
    Type.Integer({ minimum: 0, description: 'From sending a canary to its answer, the last time' }),
  ),
  answeredAt: Type.Optional(instant('When it last answered')),
  silentSince: Type.Optional(
    instant('When the first canary was sent that should be answered by now; absent when all is well'),
  ),
})

/** What the canaries found. */
export const consumersHealth = Type.Object({
  lastCanaryAt: Type.Optional(
    instant('When the broker last took a canary: absent until the first, old while it is away'),
  ),
  items: Type.Array(consumerHealth),
})
export type ConsumersHealth = Static<typeof consumersHealth>
