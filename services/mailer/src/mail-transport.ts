/** A mail that is ready to leave, to one mailbox. */
export interface OutgoingMail {
  /** One bare address that `parseAddress` let through. */
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
  /** Beside From, To, Subject and Date. */
  readonly headers: Readonly<Record<string, string>>
  readonly attachments?: ReadonlyArray<{ readonly fileName: string; readonly content: Buffer }>
}

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
  | { readonly kind: 'refused'; readonly reply: Reply }
  | {
      readonly kind: 'not now'
      readonly why: 'away' | 'login' | 'tls' | 'broke off' | 'relay'
      readonly reply?: Reply
    }
  | { readonly kind: 'silent' }

export interface MailTransport {
  /**
   * Sends one mail. `begin` is called once there is a connection that is let in, right before the first byte of the
   * mail's own conversation; when it throws, nothing is sent and the error passes through.
   *
   * Abort the signal only when nothing depends on the mail any more: it breaks the connection wherever it is.
   */
  send(mail: OutgoingMail, begin: () => Promise<void>, signal: AbortSignal): Promise<Verdict>
}
