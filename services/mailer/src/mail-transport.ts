import type { Message } from '@rounds/mail'

/** A mail that is ready to leave, to one mailbox, but for who sends it and when. */
export type OutgoingMail = Omit<Message, 'from' | 'date'>

/** What the relay answered: no text of it, since servers repeat addresses there. */
export interface Reply {
  readonly code: number
  /** Enhanced status code, such as `5.1.1`. */
  readonly status?: string
}

/**
 * How an attempt ended, by how far it had come in the protocol.
 *
 * `accepted`: the relay took it. `refused`: it answered, and the answer concerns this mail. `not now`: the whole text did not
 * leave, or it was answered that the relay cannot take anything: sending again is safe. `silent`: the whole text left and
 * nothing came back; nobody knows.
 */
export type Verdict =
  | { readonly kind: 'accepted'; readonly bytes: number; readonly reply: Reply }
  | {
      readonly kind: 'refused'
      readonly reply: Reply
      /** It was the answer to the recipient's address alone. */
      readonly isOfRecipient?: boolean
    }
  | {
      readonly kind: 'not now'
      readonly why: 'away' | 'login' | 'tls' | 'broke off' | 'relay'
      readonly reply?: Reply
    }
  | { readonly kind: 'silent' }

export interface MailTransport {
  /**
   * Sends one mail. `begin` is called once there is a connection that is let in, right before the first byte of the
   * mail's own conversation, and again before a second try on another connection; when it throws, nothing of the mail is on
   * its way and the error passes through.
   */
  send(mail: OutgoingMail, begin: () => Promise<void>, signals: SendSignals): Promise<Verdict>
}

export interface SendSignals {
  /** Aborted: it leaves the line of those that wait for a connection, and `send` rejects with the reason. What has begun goes on. */
  readonly leave: AbortSignal
  /** Abort it only when nothing depends on the mail any more: it breaks the connection wherever it is. */
  readonly breakOff: AbortSignal
}
