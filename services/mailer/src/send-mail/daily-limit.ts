import type { DeliveryInput, GateDecision } from '@rounds/contracts'
import { mostDigestVisits, templateOf, variableFaults } from '@rounds/mail'
import type { MakeEvent } from '@rounds/messaging'
import type { DeliveryClaim, DeliveryEnding, DeliveryLedger } from '../delivery-work.ts'
import { type Digests, digestTemplate } from '../digests.ts'
import type { MailAllowance } from '../mail-allowance.ts'
import type { MailFacts, SendingFacts, VisitNews } from '../mail-facts.ts'
import type { MakeDelivery } from '../new-delivery.ts'
import { type DigestRules, inDigest, leavesAt, visitNews } from './digest.ts'
import { failedEnding, heldBack, suppressedEnding } from './ending.ts'
import { outdated } from './standing.ts'
import { type House, variablesOf } from './variables.ts'

export interface DailyLimitRules extends DigestRules {
  readonly mailsADay: number
  readonly securityMailsADay: number
}

export interface DailyLimitDeps {
  readonly facts: Pick<MailFacts, 'of'>
  readonly allowance: MailAllowance
  readonly digests: Pick<Digests, 'latestOf' | 'membersOf' | 'lastSentAt'>
  readonly deliveries: Pick<DeliveryLedger, 'accept' | 'read'>
  readonly delivery: MakeDelivery
  readonly make: MakeEvent
  readonly house: House
  readonly limit: DailyLimitRules
  readonly now: () => Date
}

/** What one digest says, and of which deliveries. */
export interface DigestContent {
  readonly listed: readonly string[]
  readonly visits: readonly VisitNews[]
}

/**
 * So many mails a day for each mailbox. Mails about visits above that wait for a digest that tells of all of them; other mails wait for
 * room. A mail that waits for a digest ends when the digest ended and had listed it, and joins the next one otherwise: whatever dies in
 * between, each is told of, and by one mail.
 */
export class DailyLimit {
  readonly #deps: DailyLimitDeps

  constructor(deps: DailyLimitDeps) {
    this.#deps = deps
  }

  /** What became of a mail that waits for a digest; nothing when it goes its own way. */
  async joined(claim: DeliveryClaim): Promise<DeliveryEnding | undefined> {
    const { key, outcome } = claim
    if (outcome?.kind !== 'merged' || outcome.digestId === undefined) return undefined
    const digest = await this.#deps.deliveries.read(outcome.digestId)
    const found = inDigest(key, digest)
    switch (found) {
      case 'waits':
        return this.#waitsForDigest()
      case 'goes its own way':
        return undefined
      case 'merged':
        return { state: 'done', outcome, says: [] }
      case 'failed':
        return failedEnding(
          digest?.outcome?.code ?? 'REFUSED',
          claim,
          { decisions: outcome.decisions },
          this.#deps.make,
        )
      case 'cancelled': {
        const { decisions } = outcome
        return { state: 'cancelled', outcome: { kind: 'cancelled', code: 'ABANDONED', decisions }, says: [] }
      }
      default:
        return found satisfies never
    }
  }

  /** What a digest says now, kept with it before it leaves; or that it has no business leaving. */
  async content(claim: DeliveryClaim): Promise<DigestContent | DeliveryEnding> {
    const { key, input, interruptions, outcome } = claim
    const { digests, limit, make, now } = this.#deps
    const waiting = await digests.membersOf(key, mostDigestVisits)
    // One that may have left is repeated under its identifier: it says nothing that the first did not.
    const repeated = interruptions > 0 ? new Set(outcome?.listed) : undefined
    const members = repeated ? waiting.filter((member) => repeated.has(member.key)) : waiting
    if (!repeated && members.length > 0) {
      const lastSentAt = await digests.lastSentAt(input.recipient.id)
      const waitMs =
        leavesAt(
          members.map(({ joinedAt }) => joinedAt),
          lastSentAt,
          limit,
        ).getTime() - now().getTime()
      if (waitMs > 0) return heldBack('more may join', waitMs)
    }
    const told = (await Promise.all(members.map((member) => this.#toldOf(member)))).flatMap(
      (one) => one ?? [],
    )
    if (told.length === 0) return suppressedEnding('NOTHING_TO_TELL', claim, { decisions: [] }, make)
    const inOrder = told.toSorted(
      (one, other) => one.visit.startsAt.getTime() - other.visit.startsAt.getTime(),
    )
    const listed = inOrder.map(({ key }) => key)
    await claim.note({ ...outcome, kind: 'in doubt', decisions: [], listed })
    return { listed, visits: inOrder.map(({ visit }) => visit) }
  }

  /** Lets the mail leave today, or says how long it waits and for what. */
  async admitted(
    claim: DeliveryClaim,
    facts: SendingFacts,
    mailbox: string,
    decisions: readonly GateDecision[],
  ): Promise<{ readonly decisions: readonly GateDecision[]; readonly ending?: DeliveryEnding }> {
    const { key, input } = claim
    const { allowance, limit, make, now } = this.#deps
    const counts = countedAs(input, facts)
    if (counts === 'not at all') return { decisions }
    const most =
      counts === 'security' ? limit.securityMailsADay : counts === 'digest' ? unlimited : limit.mailsADay
    const of = counts === 'security' ? 'security' : 'all'
    const { isGranted, taken, freeAt } = await allowance.take({ mailbox, of, delivery: key, most })
    const decided: GateDecision[] = [
      ...decisions,
      {
        gate: 'daily limit',
        verdict: isGranted ? 'pass' : counts === 'security' ? 'suppress' : 'wait',
        reason: most === unlimited ? `${taken}` : `${taken} of ${most}`,
        at: now(),
      },
    ]
    if (isGranted) return { decisions: decided }
    return { decisions: decided, ending: await refused(this) }

    function refused(self: DailyLimit): Promise<DeliveryEnding> | DeliveryEnding {
      if (counts === 'security')
        return suppressedEnding('SECURITY_MAIL_LIMIT', claim, { decisions: decided }, make)
      if (counts === 'visit') return self.#join(claim, decided)
      return heldBack('DAILY_LIMIT', freeAt.getTime() - now().getTime())
    }
  }

  /** Kept before the digest is: one that is there has something to tell. */
  async #join(claim: DeliveryClaim, decisions: readonly GateDecision[]): Promise<DeliveryEnding> {
    const { recipient, language, cause } = claim.input
    const { deliveries, delivery, digests, now } = this.#deps
    const latest = await digests.latestOf(recipient.id)
    const next = latest?.isOpen
      ? undefined
      : delivery({
          batchId: 'digest',
          batch: 'appointment',
          lane: 'care',
          template: digestTemplate,
          // After which one it comes: two that ask at once mean the same.
          occasion: JSON.stringify(['digest', latest?.key ?? 'first']),
          recipient,
          language,
          cause,
        })
    const digestId = next?.key ?? latest?.key ?? ''
    await claim.note({ ...claim.outcome, kind: 'merged', decisions, digestId, joinedAt: now() })
    if (next) await deliveries.accept(next.key, { ...next.input, batchId: next.key })
    return this.#waitsForDigest()
  }

  /** A digest's end wakes those that wait for it. They look by themselves too, in case the process died in between. */
  #waitsForDigest(): DeliveryEnding {
    return heldBack('DIGEST', 5 * this.#deps.limit.quietMs)
  }

  /** Nothing when the mail itself would not be sent any more: that is found when it goes its own way. */
  async #toldOf({ key, input }: { readonly key: string; readonly input: DeliveryInput }) {
    const { facts: reads, house, now } = this.#deps
    const facts = await reads.of(input)
    if (!facts.appointment || outdated(input, facts, now())) return undefined
    const variables = variablesOf(input, facts, { house, signInUrl: '' })
    if (variableFaults(input.template, variables).length > 0) return undefined
    return { key, visit: visitNews(input, facts.appointment) }
  }
}

const unlimited = Number.MAX_SAFE_INTEGER

/** Whether a mail takes one of its recipient's places of the day, and what comes of it when there is none. */
export function countedAs(
  { batch, template, appointmentId }: Pick<DeliveryInput, 'batch' | 'template' | 'appointmentId'>,
  { test, isAutomatic }: Pick<SendingFacts, 'test' | 'isAutomatic'>,
): 'security' | 'digest' | 'visit' | 'other' | 'not at all' {
  if (test) return 'not at all'
  if (templateOf(template)?.isSecurity) return 'security'
  if (template === digestTemplate) return 'digest'
  if (appointmentId !== undefined) return 'visit'
  // One person wrote it to one person.
  return batch === 'single' && !isAutomatic ? 'not at all' : 'other'
}
