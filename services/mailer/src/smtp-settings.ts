/** Where the relay is, how it is spoken to, and how long each step may take. */
export interface SmtpSettings {
  readonly host: string
  readonly port: number
  /** TLS from the first byte. */
  readonly secure: boolean
  /** STARTTLS, where it is not TLS from the first byte. */
  readonly tls: 'required' | 'when offered' | 'never'
  readonly auth?: { readonly user: string; readonly pass: string }
  /** What we call ourselves. */
  readonly name?: string
  readonly times: SmtpTimes
}

export interface SmtpTimes {
  readonly dnsMs: number
  readonly connectMs: number
  readonly greetingMs: number
  /** Until a connection is let in, in all: a server that answers byte by byte keeps every other time. */
  readonly openMs: number
  readonly socketMs: number
  readonly attemptMs: number
}

export const usualTimes: SmtpTimes = {
  dnsMs: 5_000,
  connectMs: 10_000,
  greetingMs: 10_000,
  openMs: 30_000,
  socketMs: 60_000,
  attemptMs: 120_000,
}

/** The longest that one try takes from its turn to its verdict, at a server that is as slow as it may be: let in, logged in, sent, reset. */
export const longestTryMs = ({ openMs, attemptMs, greetingMs }: SmtpTimes) =>
  2 * openMs + attemptMs + greetingMs

/** Reads `smtp://user:password@host:port` or `smtps://…`. */
export function smtpSettings(url: string, tls: SmtpSettings['tls'], times = usualTimes): SmtpSettings {
  const { protocol, hostname, port, username, password } = new URL(url)
  const secure = protocol === 'smtps:'
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (secure ? 465 : 587) : Number(port),
    secure,
    tls,
    ...(username === ''
      ? {}
      : { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
    times,
  }
}
