import PostalMime, { type Attachment } from 'postal-mime'
import { parseAddress } from './addresses.ts'

/** What a server says became of a mail for one recipient. */
export interface BouncedRecipient {
  /** As `parseAddress` writes it. Empty in a complaint that names nobody: many providers leave it out. */
  readonly finalRecipient: string
  /** To whom the mail was addressed before an alias or a forwarding made another address of it. */
  readonly originalRecipient?: string
  /** `complained`: the recipient called it spam (RFC 5965). */
  readonly action: 'failed' | 'delayed' | 'delivered' | 'relayed' | 'expanded' | 'complained'
  /** Enhanced status code (RFC 3463), such as `5.1.1`: the most precise that the report has. None in a complaint. */
  readonly status?: string
  /** What the other server answered, on one line. May hold an address: never for logs. */
  readonly diagnosticCode?: string
}

export type Bounce =
  | {
      readonly kind: 'bounce'
      readonly recipients: readonly BouncedRecipient[]
      /** Of the mail that came back, with its brackets. Proof that it was ours only once `deliveryKeyOf` has read it. */
      readonly originalMessageId?: string
    }
  | {
      readonly kind: 'refused'
      readonly code: 'TOO_LARGE' | 'NOT_MAIL' | 'NOT_A_BOUNCE' | 'NO_RECIPIENT' | 'TOO_MANY_RECIPIENTS'
      readonly detail: string
    }

/** A bounce holds at most the mail that came back, and ours are small. */
export const maxBounceBytes = 1_000_000
// As many as base64 makes of a megabyte. The parser works line by line: a megabyte of empty ones takes it twenty seconds.
const maxLines = 15_000
const maxRecipients = 100
const maxStatusBytes = 100_000
const maxDiagnostic = 500

/**
 * Reads a delivery status notification (RFC 3464, internationalised RFC 6533) or a complaint (RFC 5965) as servers really write them.
 * Anything else is refused: holiday notes, forwarded bounces. Who sent it is not known, so the caller believes it about a mail that
 * it did send to that address.
 */
export async function parseBounce(raw: Uint8Array): Promise<Bounce> {
  if (raw.byteLength > maxBounceBytes) return refused('TOO_LARGE', 'A bounce has at most 1 MB.')
  if (tooManyLines(raw)) return refused('TOO_LARGE', 'A bounce has at most 15,000 lines.')
  const mail = await PostalMime.parse(raw, {
    forceRfc822Attachments: true,
    maxNestingDepth: 20,
    maxHeadersSize: 200_000,
  }).catch(() => undefined)
  if (!mail) return refused('NOT_MAIL', 'This is no message, or too deeply nested.')

  const original = mail.attachments.find(({ mimeType }) => originalTypes.has(mimeType))
  const originalHeaders = original && headersOf(original)
  const complaint = mail.attachments.find(({ mimeType }) => mimeType === 'message/feedback-report')
  const report = mail.attachments.find(({ mimeType }) => statusTypes.has(mimeType))
  if (!report && !complaint)
    return refused(
      'NOT_A_BOUNCE',
      'It has no part of type message/delivery-status or message/feedback-report.',
    )
  const recipients = report
    ? fieldGroups(textOf(report, maxStatusBytes)).flatMap((fields) => recipientOf(fields) ?? [])
    : complaint
      ? complainedOf(fieldsOf(textOf(complaint, maxStatusBytes)), originalHeaders)
      : []
  if (recipients.length === 0)
    return refused('NO_RECIPIENT', 'It names no recipient with an action and a status, or is no complaint.')
  if (recipients.length > maxRecipients)
    return refused('TOO_MANY_RECIPIENTS', 'Our mails have one recipient each.')

  // Servers that return no headers at least answer to the mail they speak of.
  const messageId =
    messageIdIn(originalHeaders?.get('message-id')) ??
    messageIdIn(mail.inReplyTo) ??
    messageIdIn(mail.references)
  return { kind: 'bounce', recipients, ...(messageId && { originalMessageId: messageId }) }
}

/**
 * Whether a status says that the address itself is no good, so that no later mail reaches it either: the one rule, for bounces and
 * for answers. A full mailbox, a policy or our own reputation say nothing about the address, and 5.0.0 says nothing at all.
 */
export function isAddressGone(status: string): boolean {
  return goneStatuses.has(status)
}

// Something about the address, no such mailbox, no such domain, bad syntax, moved away, null MX; disabled mailbox.
const goneStatuses = new Set(['5.1.0', '5.1.1', '5.1.2', '5.1.3', '5.1.6', '5.1.10', '5.2.1'])

const statusTypes = new Set(['message/delivery-status', 'message/global-delivery-status'])

const originalTypes = new Set([
  'message/rfc822',
  'text/rfc822-headers',
  'message/rfc822-headers',
  'message/global',
  'message/global-headers',
])

function refused(code: Extract<Bounce, { kind: 'refused' }>['code'], detail: string): Bounce {
  return { kind: 'refused', code, detail }
}

function tooManyLines(raw: Uint8Array): boolean {
  let lines = 0
  for (let at = raw.indexOf(lineFeed); at >= 0 && lines <= maxLines; at = raw.indexOf(lineFeed, at + 1))
    lines++
  return lines > maxLines
}

const lineFeed = 10

type Fields = ReadonlyMap<string, string>

/** The report's groups of fields: one about the message, then one per recipient, apart by empty lines. */
function fieldGroups(text: string): Fields[] {
  return text.split(/\n(?:[ \t]*\n)+/).map(fieldsOf)
}

function fieldsOf(text: string): Fields {
  const unfolded = text.replaceAll(/\n[ \t]+/g, ' ')
  const fields = new Map<string, string>()
  for (const line of unfolded.split('\n')) {
    const colon = line.indexOf(':')
    const name = line.slice(0, Math.max(colon, 0)).trim().toLowerCase()
    // The first one counts: a repeated field is somebody's addition.
    if (name && !fields.has(name)) fields.set(name, line.slice(colon + 1).trim())
  }
  return fields
}

function recipientOf(fields: Fields): BouncedRecipient | undefined {
  const [final, original] = ['final-recipient', 'original-recipient'].map((name) =>
    mailboxIn(fields.get(name)),
  )
  const finalRecipient = final ?? original
  const action = actions.find((known) => known === fields.get('action')?.toLowerCase())
  const diagnosticCode = fields
    .get('diagnostic-code')
    ?.replaceAll(/[\p{Cc}\s]+/gu, ' ')
    .slice(0, maxDiagnostic)
  const status = preciseStatus(fields.get('status') ?? '', diagnosticCode ?? '')
  if (!finalRecipient || !action || !status) return undefined
  return {
    finalRecipient,
    ...(original && original !== finalRecipient && { originalRecipient: original }),
    action,
    status,
    ...(diagnosticCode && { diagnosticCode }),
  }
}

/** Some servers say `5.0.0` and leave what they know to the answer that they repeat: `smtp; 550 5.1.1 no such user`. */
function preciseStatus(field: string, diagnostic: string): string | undefined {
  // Comments may follow: `5.1.1 (bad destination mailbox address)`.
  const status = /^[245]\.[0-9]{1,3}\.[0-9]{1,3}(?![0-9.])/.exec(field)?.[0]
  if (status && !status.endsWith('.0')) return status
  const answered = /(?:^|[\s;])[45][0-9]{2}[\s#-]{1,3}([45]\.[0-9]{1,3}\.[0-9]{1,3})(?![0-9.])/.exec(
    diagnostic,
  )?.[1]
  return answered && (!answered.endsWith('.0') || !status) ? answered : status
}

/** Whoever says that it is no spam does not complain. */
const complaints = new Set(['abuse', 'fraud', 'virus', 'other', 'opt-out', 'opt-out-list'])

function complainedOf(fields: Fields, original: Fields | undefined): BouncedRecipient[] {
  if (!complaints.has(fields.get('feedback-type')?.toLowerCase() ?? '')) return []
  const finalRecipient = mailboxIn(fields.get('original-rcpt-to')) ?? mailboxIn(original?.get('to')) ?? ''
  return [{ finalRecipient, action: 'complained' }]
}

const actions = ['failed', 'delayed', 'delivered', 'relayed', 'expanded'] as const

/** `rfc822; <asha@example.test>` names `asha@example.test`; so does `utf-8; asha\\x{40}example.test` (RFC 6533). */
function mailboxIn(field: string | undefined): string | undefined {
  if (field === undefined) return undefined
  const [type = '', ...rest] = field.split(';')
  const bare = (rest.length === 0 ? type : rest.join(';')).trim().replace(/^<(.*)>$/, '$1')
  const isUtf8 = rest.length > 0 && type.trim().toLowerCase() === 'utf-8'
  const address = parseAddress(isUtf8 ? unescaped(bare) : bare)
  return address.kind === 'mailbox' ? address.address : undefined
}

const unescaped = (text: string) =>
  text.replaceAll(/\\x\{([0-9A-F]{1,6})\}/gi, (whole, hex) => {
    const point = Number.parseInt(hex, 16)
    return point > 0x10_ff_ff ? whole : String.fromCodePoint(point)
  })

const headersOf = (part: Attachment): Fields =>
  fieldsOf(textOf(part, maxStatusBytes).split(/\n[ \t]*\n/, 1)[0] ?? '')

const messageIdIn = (text: string | undefined) => /<[^<>\s]{3,320}>/.exec(text ?? '')?.[0]

function textOf({ content }: Attachment, limit: number): string {
  const bytes = typeof content === 'string' ? Buffer.from(content) : Buffer.from(content as ArrayBuffer)
  return bytes.subarray(0, limit).toString('utf8').replaceAll(/\r\n?/g, '\n')
}
