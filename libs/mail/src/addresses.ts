import { domainToASCII } from 'node:url'
import { strangerInWord } from '@rounds/contracts'

/** One mailbox, in the form in which it is written into an envelope. */
export interface Mailbox {
  readonly kind: 'mailbox'
  /** `local@domain`: the local part as it was given, the domain in lower case and in ASCII. */
  readonly address: string
  readonly domain: string
  /** The same for every spelling that reaches the same person in practice. For the suppression list, never for sending. */
  readonly suppressionKey: string
}

export interface RefusedAddress {
  readonly kind: 'refused'
  readonly code: AddressFault
  /** One sentence for people. Does not repeat the address. */
  readonly detail: string
}

export type AddressResult = Mailbox | RefusedAddress

export type AddressFault = keyof typeof sentences

const sentences = {
  NOT_TEXT: 'An address is a text.',
  EMPTY: 'There is no address.',
  TOO_LONG: 'An address has at most 254 characters.',
  CONTROL_CHARACTER: 'An address contains no line break and no other control character.',
  WHITESPACE: 'An address contains no space.',
  UNSEEN: 'An address contains nothing that cannot be seen.',
  NOT_BARE: 'Only the bare address is taken: no name, quotes, brackets, comments, groups or lists.',
  NO_AT: 'An address contains one @.',
  TWO_ATS: 'An address contains only one @.',
  LOCAL_EMPTY: 'There is nothing before the @.',
  LOCAL_TOO_LONG: 'Before the @ stand at most 64 characters.',
  LOCAL_NOT_ASCII: 'Before the @, only ASCII letters are delivered everywhere; ask for another address.',
  LOCAL_DOTS: 'Before the @, a dot stands between two other characters.',
  LOCAL_CHARACTER: 'Before the @ stands a character that some servers take for a route or an encoding.',
  DOMAIN_INVALID: 'What follows the @ is no domain.',
  DOMAIN_NOT_PUBLIC: 'What follows the @ is an IP address or a single word, not a domain.',
} as const

/**
 * Reads an address strictly: exactly one mailbox, without anything around it.
 *
 * Narrower than RFC 5321 on purpose. Whatever passes is the same mailbox to every parser behind us: quoted local parts were
 * sent to another domain (CVE-2025-13033), percent signs and encoded words are routes to some servers, and a control character
 * would leave its header or its SMTP command.
 */
export function parseAddress(value: unknown): AddressResult {
  if (typeof value !== 'string') return refused('NOT_TEXT')
  if (value === '') return refused('EMPTY')
  if (value.length > maxAddress) return refused('TOO_LONG')
  if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(value)) return refused('CONTROL_CHARACTER', value)
  if (/\s/u.test(value)) return refused('WHITESPACE', value)
  // Joiners stand in domains of Indian scripts; around the whole address nobody can see them.
  if (/[\u00ad\u200b\u200e\u200f\u2060\ufeff]|^[\u200c\u200d]|[\u200c\u200d]$/.test(value))
    return refused('UNSEEN', value)
  if (/["<>()[\]:;,\\]/.test(value)) return refused('NOT_BARE')

  const [local = '', domain, another] = value.split('@')
  if (domain === undefined) return refused('NO_AT')
  if (another !== undefined) return refused('TWO_ATS')
  const fault = localFault(local)
  if (fault) return refused(fault)
  const name = asciiDomain(domain)
  if (name.kind === 'refused') return name

  const address = `${local}@${name.domain}`
  // Punycode is longer than what it stands for.
  if (address.length > maxAddress) return refused('TOO_LONG')
  return { kind: 'mailbox', address, domain: name.domain, suppressionKey: address.toLowerCase() }
}

const maxAddress = 254

/** With the address, what is wrong in it is named: by its code, since nobody sees it. */
function refused(code: AddressFault, address?: string): RefusedAddress {
  const stranger = address === undefined ? undefined : strangerInWord(address)
  return { kind: 'refused', code, detail: `${sentences[code]}${stranger ? ` There is ${stranger}.` : ''}` }
}

function localFault(local: string): AddressFault | undefined {
  if (local === '') return 'LOCAL_EMPTY'
  if (local.length > 64) return 'LOCAL_TOO_LONG'
  if (/[^\x21-\x7e]/.test(local)) return 'LOCAL_NOT_ASCII'
  if (/^\.|\.\.|\.$/.test(local)) return 'LOCAL_DOTS'
  // Of RFC 5322's atext without `%` and `!`, which were routes once, and without the beginning of an encoded word.
  if (!/^[A-Za-z0-9.#$&'*+\-/=?^_`{|}~]+$/.test(local) || local.includes('=?')) return 'LOCAL_CHARACTER'
  return undefined
}

function asciiDomain(domain: string): { readonly kind: 'domain'; readonly domain: string } | RefusedAddress {
  // Looked at before the conversion: it would decode per cent signs and turn look-alikes into dots, slashes and the like.
  if (!/^[\p{L}\p{M}\p{Nd}.\-\u200c\u200d]+$/u.test(domain)) return refused('DOMAIN_INVALID')
  const ascii = domainToASCII(domain.toLowerCase())
  const labels = ascii.split('.')
  if (ascii.length > 253 || !labels.every((label) => /^(?!-)[a-z0-9-]{1,63}(?<!-)$/.test(label)))
    return refused('DOMAIN_INVALID')
  if (labels.length < 2 || /^[0-9]+$/.test(labels.at(-1) ?? '')) return refused('DOMAIN_NOT_PUBLIC')
  return { kind: 'domain', domain: ascii }
}
