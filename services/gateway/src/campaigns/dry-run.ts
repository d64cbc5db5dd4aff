import { type CampaignTexts, type MailPurpose, usualConsent } from '@rounds/contracts'
import { gate, type MailRules, parseAddress, render } from '@rounds/mail'
import { type MailFacts, missingFor, textIn } from '../mail/index.ts'
import type { Recipient } from './audience.ts'

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

interface Incomplete {
  readonly row?: number
  readonly recipient: string
  readonly variable: string
}

export interface Weighed {
  readonly expected: number
  readonly wouldSend: number
  readonly wouldWait: number
  readonly reasons: ReadonlyArray<{ readonly code: string; readonly count: number }>
  /** Who gets no mail, since the text names something that is empty for them; the first of them. */
  readonly incomplete: readonly Incomplete[]
  readonly samples: readonly Sample[]
}

const shownAtMost = 3
const toldAtMost = 1_000
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
  const incomplete: Incomplete[] = []
  let marked: Sample | undefined
  let [expected, wouldSend, wouldWait] = [0, 0, 0]
  const count = (reason: string) => reasons.set(reason, (reasons.get(reason) ?? 0) + 1)

  for await (const batch of batches) {
    const addresses = batch.map(({ mail }) => parseAddress(mail))
    const keys = addresses.flatMap((address) => (address.kind === 'mailbox' ? [address.suppressionKey] : []))
    const people = batch.flatMap(({ kind, id }) => (kind === 'person' ? [id] : []))
    const [departments, consents, suppressions, lately] = await Promise.all([
      facts.departmentsOf([...new Set(batch.flatMap(({ departmentId }) => departmentId ?? []))]),
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
      const wouldGetIt = verdict.kind === 'send' || verdict.kind === 'wait'
      const reader = { ...recipient, department: departments.get(recipient.departmentId ?? '') }
      const missing = wouldGetIt && weighing.mayRender ? missingFor(weighing.texts, reader) : undefined
      if (missing !== undefined) {
        count('MISSING_VALUE')
        if (incomplete.length < toldAtMost) incomplete.push(incompleteOf(recipient, missing))
        marked ??= sampleFor(withNames(reader), weighing)
        continue
      }
      if (verdict.kind === 'send') wouldSend += 1
      else count(verdict.reason)
      if (verdict.kind === 'wait') wouldWait += 1
      if (wouldGetIt && weighing.mayRender && samples.length < shownAtMost)
        samples.push(sampleFor(reader, weighing))
    }
  }
  if (samples.length === 0 && marked) samples.push(marked)
  const byCount = [...reasons].map(([code, count]) => ({ code, count })).toSorted((a, b) => b.count - a.count)
  return { expected, wouldSend, wouldWait, reasons: byCount, incomplete, samples }
}

type Reader = Recipient & { readonly department: string | undefined }

const incompleteOf = ({ name, row }: Recipient, variable: string): Incomplete => ({
  ...(row === undefined ? {} : { row }),
  recipient: name,
  variable,
})

/** Where nobody would get the mail: what is empty stands there by its name. */
const withNames = (reader: Reader): Reader => ({
  ...reader,
  department: reader.department || '[department]',
  ...(reader.columns
    ? {
        columns: Object.fromEntries(
          Object.entries(reader.columns).map(([name, value]) => [name, value.trim() || `[${name}]`]),
        ),
      }
    : {}),
})

function sampleFor(
  { name, language, department = '', columns }: Reader,
  { texts, template, hospital, publicUrl }: Weighing,
): Sample {
  const reads = language === 'hi' && texts.hi ? 'hi' : 'en'
  const {
    subject,
    html,
    text: plain,
  } = render(template, reads, {
    hospitalName: hospital,
    recipientName: name,
    department,
    ...textIn(texts, reads),
    ...(columns ? { columns } : {}),
    unsubscribeUrl: `${publicUrl}/unsubscribe/sample`,
  })
  return { recipient: name, language: reads, subject, html, text: plain }
}
