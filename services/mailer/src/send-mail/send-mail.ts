import { setTimeout as sleep } from 'node:timers/promises'
import type { CampaignTexts, DeliveryInput } from '@rounds/contracts'
import { DeadlineError, LostClaimError, Stopping } from '@rounds/ledger'
import {
  type AddressResult,
  type GateFacts,
  gate,
  isAddressGone,
  type MailRules,
  MailVariablesError,
  mailHeaders,
  parseAddress,
  previewOf,
  render,
  sampleColumns,
  type TokenKeys,
  templateOf,
  UnknownTemplateError,
  unsubscribeToken,
} from '@rounds/mail'
import type { CampaignWatch } from '../campaign-watch.ts'
import type { DeliveryClaim, DeliveryEnding } from '../delivery-work.ts'
import { digestTemplate } from '../digests.ts'
import type { MailFacts, SendingFacts } from '../mail-facts.ts'
import type { MailTransport, OutgoingMail, Verdict } from '../mail-transport.ts'
import { DailyLimit, type DailyLimitDeps } from './daily-limit.ts'
import {
  type Attempted,
  cancelledEnding,
  endingOf,
  failedEnding,
  heldBack,
  suppressedEnding,
} from './ending.ts'
import { outdated } from './standing.ts'
import { textIn, variablesOf } from './variables.ts'

/** What this slice needs from the world; `main.ts` decides who provides it. */
export interface SendMailDeps extends DailyLimitDeps {
  readonly facts: MailFacts
  readonly campaigns: Pick<CampaignWatch, 'of' | 'maySend'>
  readonly transport: MailTransport
  /** How long mail to this domain has to wait for its turn. */
  readonly paceOf: (domain: string) => number
  /** Waits for one of the places of those that may be in doubt at once; it is given back when the claim is over. */
  readonly place: (claim: DeliveryClaim, signal: AbortSignal) => Promise<void>
  /** Told of every verdict, so that a lane slows while the relay is away. */
  readonly heard: (verdict: Verdict) => void
  /** The relay says that nobody has this address. */
  readonly suppress: (mail: { address: string; status?: string; source: string }) => Promise<void>
  /** A text says why there is none. */
  readonly attachmentOf: (facts: SendingFacts) => Promise<NonNullable<OutgoingMail['attachments']> | string>
  readonly mailDomain: string
  readonly tokens: TokenKeys
  /** The secret of a mailed sign-in link. */
  readonly signInTokenOf: (mailId: string) => string
  readonly rules: MailRules & Pick<GateFacts, 'hospitalZone'>
  readonly chance: () => number
}

/** Not the mail's fault, and nothing of it has left: it waits. */
class HeldBackError extends Error {
  override readonly name = 'HeldBackError'
}

/** Nobody knows whether the ledger has it that the mail is about to leave; but it did not. This attempt counts. */
class NotWrittenError extends Error {
  override readonly name = 'NotWrittenError'
}

/** Longer than this, mail waits in the ledger and not in a worker's hand. */
const longestPaceMs = 1_000

/** The life of one mail, from its claim to how it ended. */
export function sendMail(deps: SendMailDeps) {
  const { make, now, rules, house, mailDomain } = deps
  const daily = new DailyLimit(deps)

  return async (claim: DeliveryClaim, signal: AbortSignal): Promise<DeliveryEnding> => {
    const { input } = claim
    const campaign = input.batch === 'campaign' ? await deps.campaigns.of(input.batchId) : undefined
    if (campaign?.state === 'cancelled') return cancelledEnding(claim, nothingYet, make)
    if (input.batch === 'campaign' && !deps.campaigns.maySend(input.batchId)) return heldBack('paused', 500)

    const ending = await daily.joined(claim)
    if (ending) return ending
    const digest = input.template === digestTemplate ? await daily.content(claim) : undefined
    if (digest && 'state' in digest) return digest

    const facts = { ...(await deps.facts.of(input)), ...(digest ? { visits: digest.visits } : {}) }
    const isOutdated = outdated(input, facts, now())
    if (isOutdated === 'NO_SUCH_PERSON') return failedEnding(isOutdated, claim, nothingYet, make)
    if (isOutdated) return suppressedEnding(isOutdated, claim, nothingYet, make)

    const address = parseAddress(facts.recipient?.mail)
    const { verdict, decisions } = gate(await factsForGate(input, facts, address))
    if (verdict.kind === 'suppress') return suppressedEnding(verdict.reason, claim, { decisions }, make)
    if (verdict.kind === 'fail' || address.kind === 'refused')
      return failedEnding('reason' in verdict ? verdict.reason : 'BAD_ADDRESS', claim, { decisions }, make)
    if (verdict.kind === 'wait') return heldBack(verdict.reason, verdict.until.getTime() - now().getTime())

    const mail = await made(claim, facts, address.address, campaign?.texts ?? facts.texts)
    if ('fault' in mail) return failedEnding(mail.fault, claim, { decisions }, make)
    // Last, since a place that is taken counts.
    const admission = await daily.admitted(claim, facts, address.suppressionKey, decisions)
    if (admission.ending) return admission.ending

    const paceMs = deps.paceOf(address.domain)
    if (paceMs > longestPaceMs) return heldBack('its domain gets no more for now', paceMs)
    if (paceMs > 0) await sleep(paceMs, undefined, { signal })

    const kept = {
      decisions: admission.decisions,
      ...(digest ? { listed: digest.listed } : {}),
      to: address.address,
      subject: mail.subject,
      messageId: mail.headers['Message-ID'] ?? '',
      ...(occurrenceOf(claim) > 0 ? { occurrence: occurrenceOf(claim) } : {}),
    }
    return attempt(claim, mail, kept, signal)
  }

  async function attempt(
    claim: DeliveryClaim,
    mail: OutgoingMail,
    kept: Attempted & { to: string },
    signal: AbortSignal,
  ): Promise<DeliveryEnding> {
    const { input } = claim
    const mayBegin = () => {
      signal.throwIfAborted()
      if (input.batch === 'campaign' && !deps.campaigns.maySend(input.batchId))
        throw new HeldBackError('paused')
    }
    let isIntended = false
    const begin = async () => {
      if (!isIntended) {
        await deps.place(claim, signal)
        mayBegin()
        await intended(claim)
        isIntended = true
      }
      // Asked last, before every try: writing it down took a moment, a try that broke off took more, and meanwhile somebody
      // may have said stop.
      mayBegin()
    }
    const breaking = breakingOff(signal)
    try {
      const verdict = await deps.transport.send(mail, begin, { leave: signal, breakOff: breaking.signal })
      deps.heard(verdict)
      if (saysNobody(verdict)) {
        const { status } = verdict.reply
        await deps.suppress({
          address: kept.to,
          source: claim.key,
          ...(status === undefined ? {} : { status }),
        })
      }
      return endingOf(verdict, claim, kept, {
        make,
        inDoubt: (template) => templateOf(template)?.inDoubt ?? 'hold',
        chance: deps.chance,
      })
    } catch (error) {
      // Known not to have left, and not its fault. Any other fault here leaves it in doubt, once it was written down that it
      // is about to.
      if (error instanceof HeldBackError) return heldBack(error.message, 500)
      if (error instanceof NotWrittenError) return { state: 'waiting', reason: error.message, afterMs: 1_000 }
      if (signal.aborted && error === signal.reason) return heldBack(whyStopped(error), 500)
      throw error
    } finally {
      breaking.forget()
    }
  }

  async function factsForGate(
    input: DeliveryInput,
    facts: SendingFacts,
    address: AddressResult,
  ): Promise<GateFacts> {
    const { purpose } = input
    const { hospitalZone, quietHours, cap, windowMs } = rules
    return {
      purpose,
      address,
      consent: templateOf(input.template)?.isSecurity ? { ...facts.consent, care: true } : facts.consent,
      suppression:
        address.kind === 'mailbox' ? await deps.facts.suppressionOf(address.suppressionKey) : undefined,
      now: now(),
      zone: facts.recipient?.zone,
      hospitalZone,
      quietHours,
      frequency: { sent: facts.recentlySent, cap, windowMs },
    }
  }

  async function made(
    claim: DeliveryClaim,
    facts: SendingFacts,
    to: string,
    texts: CampaignTexts | undefined,
  ): Promise<OutgoingMail | { fault: string }> {
    const { input, key } = claim
    const mayUnsubscribe = templateOf(input.template)?.mayUnsubscribe && !facts.test
    const token = mayUnsubscribe
      ? unsubscribeToken(
          { recipient: input.recipient.id, purpose: input.purpose, batchId: input.batchId },
          deps.tokens,
        )
      : undefined
    // A person reads a page; a mail program posts to the door itself.
    const unsubscribeUrl = token && `${house.publicUrl}/unsubscribe/${token}`
    // In the fragment, which no server and no log sees.
    const signInUrl = `${house.publicUrl}/sign-in#link=${deps.signInTokenOf(input.batchId)}`
    try {
      const { subject, html, text } = facts.test
        ? triedOut(input, texts, facts.test.columns)
        : render(
            input.template,
            input.language,
            variablesOf(input, facts, { house, texts, unsubscribeUrl, signInUrl }),
          )
      const headers = mailHeaders({
        deliveryKey: key,
        occurrence: occurrenceOf(claim),
        lane: input.batch === 'campaign' ? 'bulk' : 'care',
        template: input.template,
        mailDomain,
        unsubscribeUrl: token && `${house.publicUrl}/v1/unsubscribe/${token}`,
      })
      const attachments = await deps.attachmentOf(facts)
      if (typeof attachments === 'string') return { fault: attachments }
      return { to, subject, html, text, headers, attachments }
    } catch (error) {
      if (error instanceof MailVariablesError)
        return { fault: error.isMissing ? 'MISSING_VALUE' : 'TEMPLATE_FAULT' }
      if (error instanceof UnknownTemplateError) return { fault: 'NO_TEMPLATE' }
      throw error
    }
  }
}

async function intended(claim: DeliveryClaim): Promise<void> {
  try {
    await claim.intend()
  } catch (error) {
    if (error instanceof LostClaimError) throw error
    throw new NotWrittenError('the ledger gave no answer', { cause: error })
  }
}

/** Filled in with the values of its declaration, all of them invented, and marked as what it is. */
function triedOut(
  { template, language }: DeliveryInput,
  texts: CampaignTexts | undefined,
  columns: readonly string[],
) {
  const own = texts ? { ...textIn(texts, language), columns: sampleColumns(columns) } : {}
  const mail = previewOf(template, language, own)
  return { ...mail, subject: `[Test] ${mail.subject}` }
}

const whyStopped = (reason: unknown) =>
  reason instanceof DeadlineError ? 'no connection was free' : 'stopped before it began'

const nothingYet: Attempted = { decisions: [] }

/** Each time a person lets it be sent anew it is another mail. */
const occurrenceOf = ({ outcome }: Pick<DeliveryClaim, 'outcome'>) => outcome?.occurrence ?? 0

/** A server that gives no status says it by its code, to the address alone: no mailbox, moved away, not a mailbox. */
function saysNobody(verdict: Verdict): verdict is Extract<Verdict, { kind: 'refused' }> {
  if (verdict.kind !== 'refused') return false
  const { reply, isOfRecipient = false } = verdict
  if (reply.status !== undefined) return isAddressGone(reply.status)
  return isOfRecipient && [550, 551, 553].includes(reply.code)
}

/**
 * A mail that is being sent is not broken off because it was called off: it would only be unknown whether it arrived. It is when
 * it is no longer ours, or when the process cannot wait.
 */
function breakingOff(signal: AbortSignal) {
  const controller = new AbortController()
  const onAbort = () => {
    if (signal.reason instanceof LostClaimError || signal.reason instanceof Stopping)
      controller.abort(signal.reason)
  }
  signal.addEventListener('abort', onAbort)
  return { signal: controller.signal, forget: () => signal.removeEventListener('abort', onAbort) }
}
