/** An incoming webhook's address. Whoever has it can post there: it goes into no log, error, metric or trace. */
export interface Webhook {
  readonly url: string
  /** The space's id in Google Chat: enough to recognise it, opens nothing. */
  readonly googleSpace: string
}

export type WebhookFault =
  | 'NOT_A_URL'
  | 'NOT_GOOGLE_CHAT'
  | 'NOT_HTTPS'
  | 'NOT_A_SPACE'
  | 'KEY_MISSING'
  | 'TOKEN_MISSING'
  | 'TOO_MUCH'
  | 'ESCAPED'

export type WebhookResult =
  | { readonly kind: 'webhook'; readonly webhook: Webhook }
  | { readonly kind: 'refused'; readonly fault: WebhookFault }

export const googleOrigin = 'https://chat.googleapis.com'
const longest = 2_000

/**
 * What a person entered as a webhook: `https://chat.googleapis.com/v1/spaces/<id>/messages?key=…&token=…` and nothing else, or
 * the same path at exactly `sinkOrigin` where development has a sink. Everything else would let us be sent anywhere.
 */
export function parseWebhook(text: string, sinkOrigin?: string): WebhookResult {
  const entered = text.trim()
  // What a URL parser quietly takes out (line ends, tabs, backslashes) is not asked to mean anything.
  if (entered.length > longest || !/^https?:\/\/[\x21-\x5b\x5d-\x7e]+$/i.test(entered))
    return refused('NOT_A_URL')
  if (!URL.canParse(entered)) return refused('NOT_A_URL')
  const url = new URL(entered)
  const isSink = sinkOrigin !== undefined && url.origin === sinkOrigin
  if (!isSink && url.hostname !== new URL(googleOrigin).hostname) return refused('NOT_GOOGLE_CHAT')
  if (!isSink && url.protocol !== 'https:') return refused('NOT_HTTPS')
  if (!isSink && url.origin !== googleOrigin) return refused('NOT_GOOGLE_CHAT')
  const googleSpace = /^\/v1\/spaces\/([A-Za-z0-9_-]{1,64})\/messages$/.exec(url.pathname)?.[1]
  if (googleSpace === undefined) return refused('NOT_A_SPACE')
  // As it stands in the source of a page: nothing is missing.
  if (/&amp;/i.test(entered)) return refused('ESCAPED')
  const [keys, tokens] = [url.searchParams.getAll('key'), url.searchParams.getAll('token')]
  if (!keys[0]) return refused('KEY_MISSING')
  if (!tokens[0]) return refused('TOKEN_MISSING')
  const isMore = url.searchParams.size !== 2 || url.hash !== '' || url.username !== '' || url.password !== ''
  if (isMore) return refused('TOO_MUCH')
  return { kind: 'webhook', webhook: { url: url.href, googleSpace } }
}

const refused = (fault: WebhookFault): WebhookResult => ({ kind: 'refused', fault })

/**
 * The origin of a sink that stands in for Google Chat in development, or nothing when this is none: plain HTTP, to this machine
 * or to a neighbour that has only a short name, as containers have. Nothing on the internet is reached by either.
 */
export function readSinkOrigin(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined
  const { protocol, hostname, origin, pathname, search, hash, username, password } = new URL(text)
  const isBare = pathname === '/' && search + hash + username + password === ''
  const isNear = hostname === '127.0.0.1' || hostname === '[::1]' || /^[a-z][a-z0-9-]*$/.test(hostname)
  return protocol === 'http:' && isBare && isNear ? origin : undefined
}
