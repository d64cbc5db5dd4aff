import type { MailLane } from '@rounds/contracts'

/** Same delivery and occurrence, same id: a receiver may know a second copy by it, and we know a bounce. */
export function messageIdOf(deliveryKey: string, occurrence: number, domain: string): string {
  return headerValue(`<${deliveryKey}.${occurrence}@${domain}>`)
}

/** Which delivery a Message-ID was made for; undefined when it is not one of ours. */
export function deliveryKeyOf(
  messageId: string,
  domain: string,
): { readonly deliveryKey: string; readonly occurrence: number } | undefined {
  const found = /^<?([A-Za-z0-9_-]{1,64})\.([0-9]{1,9})@([A-Za-z0-9.-]{1,253})>?$/.exec(messageId.trim())
  const [, deliveryKey, occurrence, at] = found ?? []
  if (!deliveryKey || at?.toLowerCase() !== domain.toLowerCase()) return undefined
  return { deliveryKey, occurrence: Number(occurrence) }
}

export interface HeaderFacts {
  readonly deliveryKey: string
  /** 0 the first time; grows only when a person lets a mail be sent anew. */
  readonly occurrence: number
  readonly lane: MailLane
  readonly template: string
  /** Of our Message-IDs and lists. */
  readonly mailDomain: string
  /** Present when the recipient may unsubscribe from what this mail is. */
  readonly unsubscribeUrl?: string | undefined
}

/**
 * The headers that every mail gets beside From, To, Subject and Date. Throws rather than let a value leave its line, which takes a
 * mistake of ours, since none of these comes from a person.
 */
export function mailHeaders(facts: HeaderFacts): Readonly<Record<string, string>> {
  const { deliveryKey, occurrence, lane, template, mailDomain, unsubscribeUrl } = facts
  const headers = {
    'Message-ID': messageIdOf(deliveryKey, occurrence, mailDomain),
    'X-Delivery-Key': deliveryKey,
    // RFC 3834, and what Exchange asks for instead: no holiday notes in answer to a machine.
    'Auto-Submitted': 'auto-generated',
    'X-Auto-Response-Suppress': 'All',
    ...(lane === 'bulk' && { Precedence: 'bulk', 'List-ID': `<${template}.${mailDomain}>` }),
    ...(unsubscribeUrl !== undefined && unsubscribeHeaders(unsubscribeUrl)),
  }
  for (const value of Object.values(headers)) headerValue(value)
  return headers
}

function unsubscribeHeaders(url: string): Record<string, string> {
  const { protocol, hostname, href } = new URL(url)
  const oneClick = { 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' }
  const header = { 'List-Unsubscribe': `<${href}>` }
  if (protocol === 'https:') return { ...header, ...oneClick }
  // RFC 8058 wants HTTPS; on one machine there is none.
  if (protocol === 'http:')
    return ['localhost', '127.0.0.1'].includes(hostname) ? { ...header, ...oneClick } : header
  throw new Error('An unsubscribe link is a web address')
}

function headerValue(value: string): string {
  if (!/^[\x20-\x7e]*$/.test(value))
    throw new Error('A header would hold a character that may leave its line')
  return value
}
