import { type CampaignTexts, type MailPurpose, usualConsent } from '@rounds/contracts'
import { gate, type MailRules, parseAddress, render } from '@rounds/mail'
import type { MailFacts, Recipient } from '../audience.ts'

export interface Weighing {
  readonly purpose: MailPurpose
  readonly texts: CampaignTexts
  readonly template: string
  readonly now: Date
  readonly hospital: string
  readonly zone: string
  readonly rules: MailRules
  readonly publicUrl: string
  /** The texts can be filled in; otherwise there is nothing to show. */
  readonly mayRender: boolean
}

interface Sample {
  readonly recipient: string
  readonly language: 'en' | 'hi'
  readonly subject: string
  readonly html: string
  readonly text: string
}

export interface Weighed {
  readonly expected: number
  readonly wouldSend: number
  readonly wouldWait: number
  readonly reasons: ReadonlyArray<{ readonly code: string; readonly count: number }>
  readonly samples: readonly Sample[]
}

const shownAtMost = 3
const everything = { care: true, administrative: true, marketing: true }

/** Asks of everybody in an audience what would become of their mail if it left now, by the same gate that the mailer asks. */
export async function weigh(
  batches: AsyncIterable<readonly Recipient[]>,
  facts: MailFacts,
  weighing: Weighing,
): Promise<Weighed> {
  const { quietHours, cap, windowMs } = weighing.rules
  const reasons = new Map<string, number>()
  const samples: Sample[] = []
  let [expected, wouldSend, wouldWait] = [0, 0, 0]

  for await (const batch of batches) {
    const addresses = batch.map(({ mail }) => parseAddress(mail))
    const keys = addresses.flatMap((address) => (address.kind === 'mailbox' ? [address.suppressionKey] : []))
    const people = batch.flatMap(({ kind, id }) => (kind === 'person' ? [id] : []))
    const [consents, suppressions, lately] = await Promise.all([
      facts.consentsOf(people),
      facts.suppressionsOf(keys),
      weighing.purpose === 'care'
        ? new Map<string, Date[]>()
        : facts.recentlySentTo(people, new Date(weighing.now.getTime() - windowMs)),
    ])
    for (const [place, recipient] of batch.entries()) {
      const address = addresses[place] ?? parseAddress('')
      const { verdict } = gate({
        purpose: weighing.purpose,
        address,
        // Who uploads a list answers for it; whoever wants none of it is on the suppression list.
        consent: recipient.kind === 'upload' ? everything : (consents.get(recipient.id) ?? usualConsent),
        suppression: address.kind === 'mailbox' ? suppressions.get(address.suppressionKey) : undefined,
        now: weighing.now,
        zone: recipient.zone,
        hospitalZone: weighing.zone,
        quietHours,
        frequency: { sent: lately.get(recipient.id) ?? [], cap, windowMs },
      })
      expected += 1
      if (verdict.kind === 'send') wouldSend += 1
      else reasons.set(verdict.reason, (reasons.get(verdict.reason) ?? 0) + 1)
      if (verdict.kind === 'wait') wouldWait += 1
      const wouldGetIt = verdict.kind === 'send' || verdict.kind === 'wait'
      if (wouldGetIt && weighing.mayRender && samples.length < shownAtMost)
        samples.push(await sampleFor(recipient, facts, weighing))
    }
  }
  const byCount = [...reasons].map(([code, count]) => ({ code, count })).toSorted((a, b) => b.count - a.count)
  return { expected, wouldSend, wouldWait, reasons: byCount, samples }
}

async function sampleFor(
  { name, language, departmentId, columns }: Recipient,
  facts: MailFacts,
  { texts, template, hospital, publicUrl }: Weighing,
): Promise<Sample> {
  const departments = departmentId ? await facts.departmentsOf([departmentId]) : new Map<string, string>()
  const reads = language === 'hi' && texts.hi ? 'hi' : 'en'
  const text = (reads === 'hi' ? texts.hi : undefined) ?? texts.en
  const {
    subject,
    html,
    text: plain,
  } = render(template, reads, {
    hospitalName: hospital,
    recipientName: name,
    department: departments.get(departmentId ?? '') ?? '',
    ...text,
    ...(columns ? { columns } : {}),
    unsubscribeUrl: `${publicUrl}/unsubscribe/sample`,
  })
  return { recipient: name, language: reads, subject, html, text: plain }
}
