import { defineEvent, type EventOf } from './event.ts'
import { identifier, instant } from './identifier.ts'

const canaryId = identifier('The canary, named after its time: of several replicas that send it, one does')

export const canarySent = defineEvent({
  type: 'canary.sent',
  about: 'canaryId',
  when: 'Twice a minute, unless it is configured otherwise, through every consumer: what comes back shows that work would flow. The bus answers it; no service handles it.',
  data: { canaryId },
})

export const canaryTicked = defineEvent({
  type: 'tick.canary',
  about: 'canaryId',
  when: 'The same through the consumers of ticks, which hear another stream.',
  data: { canaryId },
})

export const canaryAnswered = defineEvent({
  type: 'canary.answered',
  about: 'canaryId',
  when: 'A replica took the canary from its consumer as it takes work. Not stored: only the latest answer means anything.',
  kept: false,
  data: {
    canaryId,
    durable: identifier('The consumer it came through'),
    sentAt: instant('When the canary was sent, for whoever did not send it'),
  },
})

export type CanarySent = EventOf<typeof canarySent>
export type CanaryTicked = EventOf<typeof canaryTicked>
export type CanaryAnswered = EventOf<typeof canaryAnswered>
