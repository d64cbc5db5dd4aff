import type { MailTransport, OutgoingMail, SendSignals, Verdict } from './mail-transport.ts'
import { pool } from './smtp-pool.ts'
import { openSession, RelayAwayError, type SmtpSession } from './smtp-session.ts'
import type { SmtpSettings } from './smtp-settings.ts'

export interface SmtpTransport extends MailTransport {
  readonly name: string
  start(): Promise<void>
  stop(): Promise<void>
  connections(): number
}

export interface SmtpTransportOptions {
  readonly name: string
  readonly settings: SmtpSettings
  /** The envelope's sender. */
  readonly from: string
  readonly message: (mail: OutgoingMail) => Promise<Buffer>
  readonly connections: number
  readonly idleMs?: number
  readonly mailsPerConnection?: number
  /** Told once when no connection can be had, and again only after there was one, or for another reason. */
  readonly onAway?: (sentence: string) => void
}

/** Speaks SMTP over connections that are kept; nothing here sends a mail twice by itself once its text was asked for. */
export function smtpTransport(options: SmtpTransportOptions): SmtpTransport {
  const { name, settings, from, message, connections, idleMs = 8_000, mailsPerConnection = 100 } = options
  let awayFor: string | undefined
  const sessions = pool<SmtpSession>({
    size: connections,
    async open() {
      const session = await openSession(settings)
      awayFor = undefined
      return session
    },
    close: (session) => session.close(),
    isUsable: (session) => session.isUsable(),
    idleMs,
    usesAtMost: mailsPerConnection,
  })

  return {
    name,
    start: async () => {},
    stop: async () => sessions.close(),
    connections: sessions.count,

    async send(mail, begin, signals) {
      const bytes = await message(mail)
      for (;;) {
        const { verdict, isFresh } = await attempt(mail.to, bytes, begin, signals)
        // A kept connection may have ended while it idled. That says nothing, and nothing was sent.
        const isStale = verdict.kind === 'not now' && verdict.why === 'broke off' && !isFresh
        if (!isStale || signals.breakOff.aborted) return verdict
      }
    },
  }

  async function attempt(
    to: string,
    bytes: Buffer,
    begin: () => Promise<void>,
    { leave, breakOff }: SendSignals,
  ): Promise<{ verdict: Verdict; isFresh: boolean }> {
    try {
      return await sessions.use(async (session, isFresh) => {
        await begin()
        return { verdict: await session.send(from, to, bytes, breakOff), isFresh }
      }, leave)
    } catch (error) {
      if (!(error instanceof RelayAwayError)) throw error
      if (error.message !== awayFor) options.onAway?.(error.message)
      awayFor = error.message
      return { verdict: { kind: 'not now', why: error.why }, isFresh: true }
    }
  }
}
