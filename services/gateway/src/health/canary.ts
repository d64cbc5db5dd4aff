import type { ConsumerDeclaration, ConsumersHealth } from '@rounds/contracts'

/** What one replica knows of canaries: those that the broker took, and each consumer's latest answer. */
export interface Canaries {
  /** Oldest first. */
  readonly sent: readonly Sent[]
  readonly answers: ReadonlyMap<string, Answer>
}

interface Sent {
  readonly canaryId: string
  readonly at: Date
}

/** One consumer's answer; `sentAt` by the clock of the replica whose canary it was. */
export interface Answer {
  readonly canaryId: string
  readonly sentAt: Date
  readonly answeredAt: Date
}

export const noCanaries: Canaries = { sent: [], answers: new Map() }

/** An answer takes milliseconds; a consumer that needs this long has stopped, or has too much to do. */
const answerWithinMs = 10_000
const remembered = 3_000

/** The canary of a span of time: every replica makes the same one, and the stream keeps one of them. */
export function canaryOf(
  now: Date,
  everyMs: number,
): { readonly canaryId: string; readonly eventId: string } {
  const begins = new Date(now.getTime() - (now.getTime() % everyMs)).toISOString().slice(0, 19)
  return { canaryId: `${begins.replaceAll(':', '')}Z`, eventId: `canary@${begins}Z` }
}

/** Until the next span begins: whoever starts within one must not expect answers that were given before. */
export const untilNext = (now: Date, everyMs: number) => everyMs - (now.getTime() % everyMs)

export const withSent = (canaries: Canaries, sent: Sent): Canaries => ({
  ...canaries,
  sent: [...canaries.sent, sent].slice(-remembered),
})

/** Late and doubled answers change nothing. Ids grow with time. */
export function withAnswer(canaries: Canaries, durable: string, answer: Answer): Canaries {
  const known = canaries.answers.get(durable)
  if (known && known.canaryId >= answer.canaryId) return canaries
  return { ...canaries, answers: new Map([...canaries.answers, [durable, answer]]) }
}

export const roundTripMs = ({ sentAt, answeredAt }: Answer) =>
  Math.max(0, answeredAt.getTime() - sentAt.getTime())

/**
 * How each consumer is doing. Only a canary that the broker took can be left unanswered: while the broker is away nobody
 * is called silent.
 */
export function healthOf(
  { sent, answers }: Canaries,
  consumers: readonly ConsumerDeclaration[],
  now: Date,
): ConsumersHealth {
  const lastCanaryAt = sent.at(-1)?.at.toISOString()
  return {
    ...(lastCanaryAt === undefined ? {} : { lastCanaryAt }),
    items: consumers.map(({ durable, service }) => {
      const answer = answers.get(durable)
      const unanswered = sent.find(({ canaryId }) => canaryId > (answer?.canaryId ?? ''))
      const isSilent = unanswered && now.getTime() - unanswered.at.getTime() > answerWithinMs
      return {
        durable,
        service,
        ...(answer ? { roundTripMs: roundTripMs(answer), answeredAt: answer.answeredAt.toISOString() } : {}),
        ...(isSilent ? { silentSince: unanswered.at.toISOString() } : {}),
      }
    }),
  }
}
