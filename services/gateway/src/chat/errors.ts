import type { WebhookFault } from '@rounds/chat'
import { strangerInWord } from '@rounds/contracts'
import { type Fault, ProblemError } from '../http/index.ts'

/** What is wrong with what was entered as a webhook. Never quotes it. */
const webhookWords: Readonly<Record<WebhookFault, string>> = {
  NOT_A_URL: 'is no web address: copy it whole, with "Copy link" in Google Chat',
  NOT_GOOGLE_CHAT: 'is not an address of https://chat.googleapis.com',
  NOT_HTTPS: 'has to begin with https://',
  NOT_A_SPACE:
    'is not the address of a space’s webhook: https://chat.googleapis.com/v1/spaces/…/messages?key=…&token=…',
  KEY_MISSING: 'has no key: the part from "?key=" on is missing',
  TOKEN_MISSING: 'has no token: the part from "&token=" on is missing',
  ESCAPED: 'has "&amp;" where "&" belongs: copy it with "Copy link" in Google Chat',
  TOO_MUCH: 'has more in it than a key and a token: enter it as Google Chat shows it',
}

export function webhookFault(fault: WebhookFault, entered = ''): Fault {
  const stranger = fault === 'NOT_A_URL' ? strangerInWord(entered.trim()) : undefined
  const detail = stranger ? `has ${stranger}, which is no part of an address` : webhookWords[fault]
  return { pointer: '/webhook', detail }
}

export const stranger = (pointer: string): Fault => ({
  pointer,
  detail: 'is nobody, and nothing, that the hospital knows',
})

export const refused = (errors: readonly Fault[]) =>
  new ProblemError(422, 'SPACE_REFUSED', 'This space cannot be kept', { errors })

export const isStopped = () =>
  new ProblemError(409, 'SPACE_STOPPED', 'Google Chat refuses this space', {
    detail: 'Enter its new webhook, or let it go on, and try then.',
  })
