import { Readable } from 'node:stream'
import SMTPConnection, { type SMTPConnectionOptions } from 'nodemailer/lib/smtp-connection'
import type { Verdict } from './mail-transport.ts'
import type { SmtpSettings } from './smtp-settings.ts'
import { type Failure, replyOf, verdictOf } from './smtp-verdict.ts'

/** A connection to the relay that is let in. One mail at a time: so its position in the protocol is known. */
export interface SmtpSession {
  /** Ends within the attempt's time, whatever the server does. */
  send(from: string, to: string, message: Buffer, signal: AbortSignal): Promise<Verdict>
  isUsable(): boolean
  close(): void
}

/** The relay cannot be reached, does not let us in, or cannot be trusted to be the relay. */
export class RelayAwayError extends Error {
  override readonly name = 'RelayAwayError'
  readonly why: 'away' | 'login' | 'tls'

  constructor(why: RelayAwayError['why'], options: { readonly cause: unknown }) {
    super(sentences[why](options.cause as Failure), options)
    this.why = why
  }
}

function whyAway({ code, originalCode = '', responseCode }: Failure): RelayAwayError['why'] {
  if (code === 'EAUTH' && responseCode !== undefined) return 'login'
  return code === 'ETLS' || untrusted.test(originalCode) ? 'tls' : 'away'
}

/** As Node's TLS calls what is wrong with a certificate. */
const untrusted =
  /^(ERR_TLS_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_(GET_ISSUER|VERIFY)_|HOSTNAME_MISMATCH)/

const sentences: Readonly<Record<RelayAwayError['why'], (failure: Failure) => string>> = {
  away: () => 'the relay cannot be reached',
  login: () => 'the relay does not let us in',
  tls: ({ originalCode }) =>
    originalCode
      ? `the relay’s certificate is not trusted (${originalCode}); NODE_EXTRA_CA_CERTS names a certificate authority of your own`
      : 'the relay offers no TLS, and SMTP_TLS requires it',
}

export async function openSession(settings: SmtpSettings): Promise<SmtpSession> {
  const { times, auth } = settings
  const connection = new SMTPConnection(optionsOf(settings))
  const within = <T>(
    ms: number,
    doing: (done: (error: Failure | null | undefined, value?: T) => void) => void,
  ) =>
    new Promise<T | undefined>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error('it took too long')), ms)
      // Also told by this when it breaks: not every callback is.
      const broken = (error: unknown) => done(error as Failure)
      const done = (error: Failure | null | undefined, value?: T) => {
        clearTimeout(late)
        connection.off('error', broken)
        if (error) reject(error)
        else resolve(value)
      }
      connection.on('error', broken)
      doing(done)
    })

  // Whoever has no listener for it dies of it.
  connection.on('error', () => {})
  try {
    await within(times.openMs, (done) => connection.connect((error) => done(error)))
    if (auth) await within(times.openMs, (done) => connection.login({ ...auth }, (error) => done(error)))
  } catch (error) {
    connection.close()
    throw new RelayAwayError(whyAway(error as Failure), { cause: error })
  }

  return {
    async send(from, to, message, signal) {
      const position = { isInvited: false, isEnded: false }
      const text = Readable.from(noticed(message, position), { objectMode: false })
      const abort = Promise.withResolvers<never>()
      const onAbort = () => abort.reject(signal.reason)
      signal.addEventListener('abort', onAbort, { once: true })
      try {
        signal.throwIfAborted()
        const sending = within<{ response: string }>(times.attemptMs, (done) =>
          connection.send({ from, to: [to], ...sizeOf(message) }, text, done),
        )
        const info = await Promise.race([sending, abort.promise])
        const reply = replyOf(Number(info?.response.slice(0, 3)), info?.response) ?? { code: 250 }
        return { kind: 'accepted', bytes: message.length, reply }
      } catch (error) {
        const verdict = verdictOf(error as Failure, position)
        if (verdict.kind !== 'refused' || !(await isReset())) connection.close()
        return verdict
      } finally {
        signal.removeEventListener('abort', onAbort)
        text.destroy()
      }
    },
    isUsable: () => !connection.destroyed && connection.stage === 'connected',
    close: () => connection.close(),
  }

  /** After a refusal the server still remembers the envelope. */
  async function isReset(): Promise<boolean> {
    try {
      await within(times.greetingMs, (done) => connection.reset((error) => done(error)))
      return true
    } catch {
      return false
    }
  }
}

/** The message in pieces. Nothing of it is asked for before the server invited it. */
function* noticed(message: Buffer, position: { isInvited: boolean; isEnded: boolean }): Generator<Buffer> {
  position.isInvited = true
  for (let from = 0; from < message.length; from += pieceBytes)
    yield message.subarray(from, from + pieceBytes)
  position.isEnded = true
}

const pieceBytes = 64 * 1024

/**
 * A server that says it takes less than every server must (RFC 5321, 4.5.3.1.7) says nonsense: it is offered the mail, and
 * its answer counts.
 */
const sizeOf = ({ length }: Buffer) => (length > 64 * 1024 ? { size: length } : {})

function optionsOf({ host, port, secure, tls, times, name }: SmtpSettings): SMTPConnectionOptions {
  return {
    host,
    port,
    secure,
    ...(name === undefined ? {} : { name }),
    requireTLS: tls === 'required' && !secure,
    ignoreTLS: tls === 'never',
    opportunisticTLS: tls === 'when offered',
    tls: { minVersion: 'TLSv1.2' },
    connectionTimeout: times.connectMs,
    greetingTimeout: times.greetingMs,
    socketTimeout: times.socketMs,
    dnsTimeout: times.dnsMs,
    socketCloseTimeout: 0,
    // An answer is some lines; one without end would fill the memory before any time is over.
    maxResponseSize: 64 * 1024,
  }
}
