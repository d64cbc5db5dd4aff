import type { DeliveryInput, DeliveryOutcome } from '@rounds/contracts'
import type { Work } from '@rounds/ledger'
import type { VisitNews, VisitToTell } from '../mail-facts.ts'

export interface DigestRules {
  /** A digest leaves once nothing joined it for so long, and after `patience` times as long in any case. */
  readonly quietMs: number
  /** Least time between two digests of one recipient. */
  readonly everyMs: number
}

const patience = 15

/** When a digest leaves that these have joined, in the order of time. */
export function leavesAt(
  joined: readonly Date[],
  lastSentAt: Date | undefined,
  { quietMs, everyMs }: DigestRules,
): Date {
  const [first = 0, last = 0] = [joined[0]?.getTime(), joined.at(-1)?.getTime()]
  const isQuiet = Math.min(last + quietMs, first + patience * quietMs)
  return new Date(Math.max(isQuiet, lastSentAt ? lastSentAt.getTime() + everyMs : 0))
}

/** What becomes of a mail that waits for a digest: it waits on, ends as the digest did, or goes its own way as if there had been none. */
export type InDigest = 'waits' | 'goes its own way' | 'merged' | 'failed' | 'cancelled'

/** Only what the digest lists has a share in its end. */
export function inDigest(
  key: string,
  digest: Pick<Work<unknown, DeliveryOutcome>, 'state' | 'outcome'> | undefined,
): InDigest {
  if (!digest) return 'goes its own way'
  const { state, outcome } = digest
  const isListed = outcome?.listed?.includes(key) ?? false
  switch (state) {
    case 'waiting':
    case 'claimed':
    case 'sending':
      return 'waits'
    case 'in doubt':
      // What joined after it had left does not wait for a person's decision.
      return isListed || outcome?.code === undefined ? 'waits' : 'goes its own way'
    case 'done':
      return isListed ? 'merged' : 'goes its own way'
    case 'failed':
    case 'cancelled':
      return isListed ? state : 'goes its own way'
    case 'expired':
      return 'goes its own way'
    default:
      return state satisfies never
  }
}

const newsOf: Readonly<Record<string, VisitNews['news']>> = {
  'appointment-booked': 'booked',
  'appointment-changed': 'changed',
  'appointment-cancelled': 'cancelled',
}

/** What a digest says in place of the mail. */
export function visitNews(
  { template, previousStartsAt }: Pick<DeliveryInput, 'template' | 'previousStartsAt'>,
  { startsAt, doctor, department }: VisitToTell,
): VisitNews {
  return {
    news: newsOf[template] ?? 'reminder',
    startsAt,
    ...(previousStartsAt ? { previousStartsAt } : {}),
    doctorName: doctor.name,
    department: department.name,
  }
}
