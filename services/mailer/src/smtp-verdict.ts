import type { Reply, Verdict } from './mail-transport.ts'

/** How far a mail's conversation had come when it ended. */
export interface Position {
  /** The server had asked for the text (354). */
  readonly isInvited: boolean
  /** All of the text was handed to the connection, so its final dot may have left. */
  readonly isEnded: boolean
}

/** What is known of a conversation that did not end well, in nodemailer's words. */
export interface Failure {
  readonly code?: string | undefined
  /** What the system or TLS said, where nodemailer gave it a code of its own. */
  readonly originalCode?: string | undefined
  /** Which command was answered; `CONN` and `API` are none. */
  readonly command?: string | undefined
  readonly responseCode?: number | undefined
  readonly response?: string | undefined
}

/** What follows for the mail; see docs/decisions/0017. */
export function verdictOf(failure: Failure, position: Position): Verdict {
  const reply = replyOf(failure.responseCode, failure.response)
  if (reply && reply.code >= 400) return verdictOfRefusal(failure.command, reply)
  // Longer than the server said it takes; nodemailer finds out before it asks.
  if (failure.code === 'EMESSAGE' && failure.responseCode === undefined)
    return { kind: 'refused', reply: { code: 552, status: '5.3.4' } }
  if (position.isInvited && position.isEnded) return { kind: 'silent' }
  return { kind: 'not now', why: 'broke off' }
}

function verdictOfRefusal(command: string | undefined, reply: Reply): Verdict {
  // It is about to leave, whatever it was asked (RFC 5321, 3.8).
  if (reply.code === 421) return { kind: 'not now', why: 'relay', reply }
  if (command === 'RCPT TO') return { kind: 'refused', reply, isOfRecipient: true }
  if (command === 'DATA') return { kind: 'refused', reply }
  // Too big is said of the mail; any other refused sender is our fault, and not this mail's.
  if (command === 'MAIL FROM' && reply.code === 552) return { kind: 'refused', reply }
  return { kind: 'not now', why: 'relay', reply }
}

/** An answer by its numbers; nothing where they are none that SMTP knows (RFC 5321, 4.2.1). */
export function replyOf(code: number | undefined, response = ''): Reply | undefined {
  if (code === undefined || !(code >= 200 && code < 600)) return undefined
  const status = /^\d{3}[ -]([245]\.\d{1,3}\.\d{1,3})(?=\s|$)/.exec(response)?.[1]
  return { code, ...(status === undefined ? {} : { status }) }
}
