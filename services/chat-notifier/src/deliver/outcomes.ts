import {
  chatDoubted,
  chatFailed,
  chatPosted,
  type PostCode,
  type PostOutcome,
  type RestReason,
} from '@rounds/contracts'
import type { MakeEvent } from '@rounds/messaging'
import { notGoogle, type Verdict } from './chat-transport.ts'
import type { Disposition } from './disposition.ts'
import { pauseAfter } from './pause.ts'
import type { PostClaim, PostEnding } from './post-work.ts'
import type { TurnEnd } from './space-leases.ts'

type Known = Pick<PostClaim, 'key' | 'input' | 'outcome'>

/** How a post ends that is not told. What may have left is in doubt: nobody knows, and it is not said that somebody does. */
export function endingOfUntold(
  fate: Exclude<Disposition, { kind: 'tell' }>,
  claim: Known,
  mayHaveLeft: boolean,
  make: MakeEvent,
): PostEnding {
  const { kind, code } = fate
  if (mayHaveLeft) return doubtEnding(`${code}_AFTER_DOUBT`, claim, make)
  const outcome: PostOutcome = { ...keptOf(claim), kind, code }
  if (kind === 'cancelled') return { state: 'cancelled', outcome, says: [] }
  const says = [make(chatFailed, { ...dataOf(claim), code }, claim.input.cause)]
  return { state: kind === 'failed' ? 'failed' : 'done', outcome, says }
}

/** Nobody knows, and a person has to look. */
export function doubtEnding(code: PostCode, claim: Known, make: MakeEvent): PostEnding {
  return {
    state: 'in doubt',
    outcome: { ...keptOf(claim), kind: 'in doubt', code },
    says: [make(chatDoubted, dataOf(claim), claim.input.cause)],
  }
}

/** A post that was only looked at: another one went before it. */
export const putBack = (reason: string, afterMs = 0): PostEnding => ({
  state: 'waiting',
  reason,
  afterMs,
  uncounted: true,
})

export interface Told {
  readonly requestId: string
  /** How many posts the message tells of. */
  readonly count: number
  readonly at: Date
  /** An earlier attempt may have come through. */
  readonly isRepeated: boolean
}

/** What a verdict means for each post of the message. */
export function endingOf(verdict: Verdict, claim: Known, told: Told, make: MakeEvent): PostEnding {
  switch (verdict.kind) {
    case 'posted': {
      const { input } = claim
      const about = input.appointmentId === undefined ? {} : { appointmentId: input.appointmentId }
      return {
        state: 'done',
        outcome: {
          ...keptOf(claim),
          kind: 'posted',
          requestId: told.requestId,
          postedAt: told.at,
          message: verdict.message,
          ...(told.count > 1 ? { digestOf: told.count } : {}),
        },
        says: [make(chatPosted, { ...dataOf(claim), ...about }, input.cause)],
      }
    }
    case 'slow down':
      return { state: 'waiting', reason: 'told to slow down', afterMs: 0 }
    case 'refused':
      return { state: 'waiting', reason: `refused ${verdict.httpStatus}`, afterMs: 0 }
    case 'bad message':
      return endingOfBadMessage(verdict, claim, told, make)
    case 'not sent':
    case 'unknown':
      return { state: 'waiting', reason: `${verdict.kind}: ${verdict.why}`, afterMs: 0 }
    default:
      return verdict satisfies never
  }
}

/**
 * Google Chat does not take what is said. One post is set aside with that as its end; several are told in smaller messages, until the
 * one is found that is the reason. What may have come through before is left to a person.
 */
function endingOfBadMessage(
  { httpStatus }: Extract<Verdict, { kind: 'bad message' }>,
  claim: Known,
  { count, isRepeated }: Told,
  make: MakeEvent,
): PostEnding {
  if (isRepeated) return doubtEnding('MESSAGE_REFUSED_AFTER_DOUBT', claim, make)
  if (count > 1) return { state: 'waiting', reason: `refused ${httpStatus} with others`, afterMs: 0 }
  const code = 'MESSAGE_REFUSED'
  return {
    state: 'failed',
    outcome: { ...keptOf(claim), kind: 'failed', code, httpStatus },
    says: [make(chatFailed, { ...dataOf(claim), code }, claim.input.cause)],
  }
}

/** Between two messages of a space. Google Chat takes one a second. */
const betweenMs = 1_000
/** Whoever says "in a year" is heard again after this. */
const longestRetryAfterMs = 3_600_000

export interface TurnFacts {
  readonly failures: number
  readonly isRepeated: boolean
  readonly chance: number
  /** Of the space whose webhook was used. */
  readonly spaceVersion: number
  /** How many posts the message told of, and of how many it may have at most. */
  readonly count: number
  readonly digestAtMost?: number | undefined
}

/**
 * What a verdict means for the space: when its next message may leave, whether it goes on at all, and whether what was leaving has
 * found its end. It has not while nobody knows; nor when an earlier attempt may have come through, whatever this one heard.
 */
export function turnEndOf(
  verdict: Verdict,
  { failures, isRepeated, chance, spaceVersion, count, digestAtMost }: TurnFacts,
): TurnEnd {
  const failed = failures + 1
  const rests = (reason: RestReason) => ({ pause: { reason, spaceVersion }, failures: failed, digestAtMost })
  switch (verdict.kind) {
    case 'posted':
      // Twice as many again, once what was in the way may be behind.
      return {
        afterMs: betweenMs,
        isSettled: true,
        failures: 0,
        isPosted: true,
        ...(digestAtMost === undefined || digestAtMost >= count * 2
          ? {}
          : { digestAtMost: digestAtMost * 2 }),
      }
    case 'slow down': {
      const asked = verdict.afterMs ?? pauseAfter(failed, chance)
      const afterMs = Math.min(Math.max(betweenMs, asked), longestRetryAfterMs)
      return { afterMs, isSettled: !isRepeated, ...rests('slow down') }
    }
    case 'refused': {
      const { httpStatus, code } = verdict
      const stopped = { httpStatus, code, reason: reasonOf(httpStatus), spaceVersion }
      return { afterMs: betweenMs, isSettled: !isRepeated, failures: 0, stopped }
    }
    case 'bad message':
      // It says nothing about the space, which goes on.
      return {
        afterMs: betweenMs,
        isSettled: true,
        failures: 0,
        digestAtMost: count > 1 && !isRepeated ? Math.ceil(count / 2) : digestAtMost,
      }
    case 'not sent':
      return { afterMs: pauseAfter(failed, chance), isSettled: !isRepeated, ...rests('unreachable') }
    case 'unknown': {
      const reason = verdict.why === notGoogle ? 'intercepted' : 'no answer'
      return { afterMs: pauseAfter(failed, chance), isSettled: false, ...rests(reason) }
    }
    default:
      return verdict satisfies never
  }
}

function reasonOf(httpStatus: number): string {
  return httpStatus === 404 ? 'The space or its webhook is gone.' : 'Google Chat does not accept the webhook.'
}

const dataOf = ({ key, input }: Known) => ({ postId: key, spaceId: input.spaceId })

/** What a person decided stays with the post. */
const keptOf = ({ outcome }: Known) => (outcome?.resolved ? { resolved: outcome.resolved } : {})
