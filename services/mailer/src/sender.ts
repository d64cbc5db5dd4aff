import { parseAddress } from '@rounds/mail'

/** Who mails come from. */
export interface Sender {
  readonly name: string
  readonly address: string
  readonly domain: string
}

/** Reads `address` or `Name <address>`; nothing when it is neither. */
export function readSender(text: string): Sender | undefined {
  const [, name = '', address = ''] = /^\s*(?:([^<>"\r\n]*?)\s*<([^<>]+)>|)\s*$/.exec(text) ?? []
  const mailbox = parseAddress(address === '' ? text.trim() : address)
  return mailbox.kind === 'mailbox' ? { name, address: mailbox.address, domain: mailbox.domain } : undefined
}
