import {
  type DeliveryInput,
  type DeliveryOutcome,
  type GateDecision,
  mailDoubted,
  mailFailed,
  mailSent,
  mailSuppressed,
} from '@rounds/contracts'
import type { MakeEvent } from '@rounds/messaging'
import { type DeliveryClaim, type DeliveryEnding, dataOf } from '../delivery-work.ts'
import type { Verdict } from '../mail-transport.ts'
import { relayDelay, retryDelay } from './retry-delays.ts'

/** What is known of an attempt, whatever comes of it. */
export interface Attempted {
  readonly to?: string
  readonly messageId?: string
  readonly subject?: string
  readonly occurrence?: number
  /** Of a digest. */
  readonly listed?: readonly string[]
  readonly decisions: readonly GateDecision[]
}

export interface EndingDeps {
  readonly make: MakeEvent
  readonly inDoubt: (template: string) => 'resend' | 'hold'
  /** Between 0 and 1. */
  readonly chance: () => number
}

type Known = Pick<DeliveryClaim, 'key' | 'input' | 'attempt' | 'interruptions' | 'outcome'>

/** What a verdict means for the delivery: the one place where mail ends. */
export function endingOf(
  verdict: Verdict,
  claim: Known,
  attempted: Attempted,
  deps: EndingDeps,
): DeliveryEnding {
  switch (verdict.kind) {
    case 'accepted': {
      const { bytes, reply } = verdict
      return {
        state: 'done',
        outcome: { kind: 'sent', reply, bytes, ...keptOf(claim, attempted) },
        says: saysSent(claim.input) ? [deps.make(mailSent, dataOf(claim), claim.input.cause)] : [],
      }
    }
    case 'refused':
      return verdict.reply.code >= 500
        ? refusedEnding(verdict.reply, claim, attempted, deps)
        : laterEnding('refused', claim, attempted, deps)
    case 'not now':
      if (verdict.why === 'broke off') return laterEnding('broke off', claim, attempted, deps)
      return {
        state: 'waiting',
        reason: `relay ${verdict.why}`,
        afterMs: relayDelay(deps.chance()),
        uncounted: true,
      }
    case 'silent':
      // Once more where missing is worse than twice; who decides it is `settle-doubts`, as after a crash.
      return deps.inDoubt(claim.input.template) === 'resend' && claim.interruptions === 0
        ? { state: 'abandoned', reason: 'no answer', afterMs: 0 }
        : doubtEnding('NO_ANSWER', claim, attempted, deps.make)
    default:
      return verdict satisfies never
  }
}

/** Will not be sent, however often it is tried. */
export function failedEnding(
  code: string,
  claim: Known,
  attempted: Attempted,
  make: MakeEvent,
): DeliveryEnding {
  // An earlier attempt may have arrived: nobody knows, and it is not said that somebody does.
  if (claim.interruptions > 0) return doubtEnding(`${code}_AFTER_DOUBT`, claim, attempted, make)
  return {
    state: 'failed',
    outcome: { kind: 'failed', code, ...keptOf(claim, attempted) },
    says: [make(mailFailed, { ...dataOf(claim), code }, claim.input.cause)],
  }
}

/** Not sent on purpose. */
export function suppressedEnding(
  code: string,
  claim: Known,
  attempted: Attempted,
  make: MakeEvent,
): DeliveryEnding {
  if (claim.interruptions > 0) return doubtEnding(`${code}_AFTER_DOUBT`, claim, attempted, make)
  return {
    state: 'done',
    outcome: { kind: 'suppressed', code, ...keptOf(claim, attempted) },
    says: [make(mailSuppressed, { ...dataOf(claim), code }, claim.input.cause)],
  }
}

export function cancelledEnding(claim: Known, attempted: Attempted, make: MakeEvent): DeliveryEnding {
  if (claim.interruptions > 0) return doubtEnding('CAMPAIGN_CANCELLED_AFTER_DOUBT', claim, attempted, make)
  return {
    state: 'cancelled',
    outcome: { kind: 'cancelled', code: 'CAMPAIGN_CANCELLED', ...keptOf(claim, attempted) },
    says: [],
  }
}

/** Not the mail's fault, and nothing of it has left: it waits. */
export const heldBack = (reason: string, afterMs: number): DeliveryEnding => ({
  state: 'waiting',
  reason,
  afterMs: Math.max(0, afterMs),
  uncounted: true,
})

/** Nobody knows, and a person has to look. */
function doubtEnding(code: string, claim: Known, attempted: Attempted, make: MakeEvent): DeliveryEnding {
  return {
    state: 'in doubt',
    outcome: { kind: 'in doubt', code, ...keptOf(claim, attempted) },
    says: [make(mailDoubted, dataOf(claim), claim.input.cause)],
  }
}

function refusedEnding(
  reply: { readonly code: number; readonly status?: string },
  claim: Known,
  attempted: Attempted,
  { make }: EndingDeps,
): DeliveryEnding {
  const ending = failedEnding('REFUSED', claim, attempted, make)
  return 'outcome' in ending ? { ...ending, outcome: { ...ending.outcome, reply } } : ending
}

function laterEnding(
  why: 'refused' | 'broke off',
  claim: Known,
  attempted: Attempted,
  { make, chance }: EndingDeps,
): DeliveryEnding {
  const afterMs = retryDelay(why, claim.attempt, chance())
  if (afterMs === undefined) return failedEnding('ATTEMPTS_SPENT', claim, attempted, make)
  return { state: 'waiting', reason: why === 'refused' ? 'refused for now' : 'broke off', afterMs }
}

/** A campaign's totals are told at its end; each of its mails would be a flood. */
const saysSent = ({ batch }: DeliveryInput) => batch !== 'campaign'

function keptOf({ outcome }: Known, attempted: Attempted): Omit<DeliveryOutcome, 'kind'> {
  return { ...attempted, ...(outcome?.resolved ? { resolved: outcome.resolved } : {}) }
}
