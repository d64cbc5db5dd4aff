import type { GateDecision, MailPurpose, SuppressionDocument } from '@rounds/contracts'
import type { AddressResult } from './addresses.ts'
import { knownZone, type QuietHours, quietUntil } from './quiet-hours.ts'

/** Everything that decides whether a mail may leave now, read at the moment it is about to. */
export interface GateFacts {
  readonly purpose: MailPurpose
  readonly address: AddressResult
  /** What the recipient agreed to, by purpose. */
  readonly consent: Readonly<Record<MailPurpose, boolean>>
  /** The entry of the suppression list under the address' `suppressionKey`. */
  readonly suppression?: Pick<SuppressionDocument, 'reason'> | undefined
  readonly now: Date
  /** The recipient's own zone, if it is known. */
  readonly zone?: string | undefined
  readonly hospitalZone: string
  readonly quietHours: QuietHours
  /** When mail that is not care was sent to this recipient lately, and how much of it a window holds. */
  readonly frequency: { readonly sent: readonly Date[]; readonly cap: number; readonly windowMs: number }
}

export type GateReason =
  | 'BAD_ADDRESS'
  | 'BOUNCED'
  | 'REFUSED_BEFORE'
  | 'COMPLAINED'
  | 'UNSUBSCRIBED'
  | 'SUPPRESSED_BY_HAND'
  | 'NO_CONSENT'
  | 'MAIL_FREQUENCY_CAP'
  | 'QUIET_HOURS'

export type GateVerdict =
  | { readonly kind: 'send' }
  | { readonly kind: 'suppress'; readonly reason: GateReason }
  | { readonly kind: 'fail'; readonly reason: GateReason }
  | { readonly kind: 'wait'; readonly reason: GateReason; readonly until: Date }

/**
 * Decides whether a mail leaves now, later or never. The steps are asked in order and the first that objects has the say;
 * `decisions` tells every step that was asked, for whoever wonders later why somebody got
 * no mail; it holds no address.
 *
 * A wait is no promise: ask again when it is over, since consent may have been withdrawn meanwhile.
 */
export function gate(facts: GateFacts): {
  readonly verdict: GateVerdict
  readonly decisions: readonly GateDecision[]
} {
  const decisions: GateDecision[] = []
  for (const [name, ask] of gates) {
    const { verdict, because } = ask(facts)
    decisions.push({
      gate: name,
      verdict: verdict.kind === 'send' ? 'pass' : verdict.kind,
      ...reasonOf(verdict, because),
      at: facts.now,
    })
    if (verdict.kind !== 'send') return { verdict, decisions }
  }
  return { verdict: send, decisions }
}

interface Answer {
  readonly verdict: GateVerdict
  readonly because?: string
}

const send: GateVerdict = { kind: 'send' }

const gates: ReadonlyArray<readonly [string, (facts: GateFacts) => Answer]> = [
  ['address', askAddress],
  ['suppression', askSuppression],
  ['consent', askConsent],
  ['frequency', askFrequency],
  ['quiet hours', askQuietHours],
]

function reasonOf(verdict: GateVerdict, because: string | undefined): { reason?: string } {
  const parts = [verdict.kind === 'send' ? undefined : verdict.reason, because].filter(Boolean)
  return parts.length > 0 ? { reason: parts.join(': ') } : {}
}

function askAddress({ address }: GateFacts): Answer {
  if (address.kind === 'mailbox') return { verdict: send }
  return { verdict: { kind: 'fail', reason: 'BAD_ADDRESS' }, because: address.code }
}

const objections = {
  bounced: 'BOUNCED',
  refused: 'REFUSED_BEFORE',
  complaint: 'COMPLAINED',
  unsubscribed: 'UNSUBSCRIBED',
  'by hand': 'SUPPRESSED_BY_HAND',
} as const satisfies Record<SuppressionDocument['reason'], GateReason>

function askSuppression({ purpose, suppression }: GateFacts): Answer {
  if (!suppression) return { verdict: send }
  // Who wants no more letters still wants to know that tomorrow's visit is cancelled. To end care mail, they withdraw consent.
  const fromTaste = suppression.reason === 'unsubscribed' || suppression.reason === 'complaint'
  if (purpose === 'care' && fromTaste)
    return { verdict: send, because: `${suppression.reason}, but not from care` }
  return { verdict: { kind: 'suppress', reason: objections[suppression.reason] } }
}

function askConsent({ purpose, consent }: GateFacts): Answer {
  return consent[purpose]
    ? { verdict: send, because: purpose }
    : { verdict: { kind: 'suppress', reason: 'NO_CONSENT' }, because: purpose }
}

function askFrequency({ purpose, now, frequency: { sent, cap, windowMs } }: GateFacts): Answer {
  if (purpose === 'care') return { verdict: send, because: 'care is not counted' }
  const windowStart = now.getTime() - windowMs
  const recent = sent.map((at) => at.getTime()).filter((at) => at > windowStart)
  if (recent.length < cap) return { verdict: send, because: `${recent.length} of ${cap}` }
  // There is room again when so many have left the window that one fewer than the cap remains.
  const leaves = recent.toSorted((a, b) => a - b)[recent.length - cap] ?? now.getTime()
  return {
    verdict: { kind: 'wait', reason: 'MAIL_FREQUENCY_CAP', until: new Date(leaves + windowMs) },
    because: `${recent.length} of ${cap}`,
  }
}

function askQuietHours({ purpose, now, zone, hospitalZone, quietHours }: GateFacts): Answer {
  if (purpose === 'care') return { verdict: send, because: 'care does not wait' }
  // One person's odd zone must not stop their mail, still less that of others.
  const theirs = zone !== undefined && knownZone(zone) ? zone : hospitalZone
  const until = quietUntil(now, theirs, quietHours)
  return until
    ? { verdict: { kind: 'wait', reason: 'QUIET_HOURS', until }, because: theirs }
    : { verdict: send, because: theirs }
}
