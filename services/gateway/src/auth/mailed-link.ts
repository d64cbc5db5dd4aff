import { randomUUIDv7 } from 'node:crypto'
import { type HospitalEvent, type MailDocument, mailRequested } from '@rounds/contracts'
import { signInToken } from '@rounds/mail'
import type { Cause, MakeEvent } from '@rounds/messaging'
import { hashOf } from './authenticate.ts'
import type { LoginThrottle } from './login-throttle.ts'

const validMs = 15 * 60_000

export interface SignInLinks {
  keep(
    hash: string,
    link: { readonly personId: string; readonly login: string; readonly expiresAt: Date },
  ): Promise<void>
  /** Whose link it is, the first time and while it is valid. */
  use(hash: string, now: Date): Promise<{ readonly personId: string; readonly login: string } | undefined>
}

/** Where the mail with the link is asked for. */
export interface MailRequests {
  add(mail: MailDocument, says: readonly HospitalEvent[]): Promise<unknown>
}

export interface MailLinkDeps {
  readonly accounts: { byLogin(login: string): Promise<{ personId: string } | undefined> }
  readonly loginThrottle: Pick<LoginThrottle, 'isLinkOnly' | 'mayMailLink'>
  readonly signInLinks: Pick<SignInLinks, 'keep'>
  readonly mails: MailRequests
  /** The same as the mailer's, which makes the link's secret from it. */
  readonly linkSecret: string
  readonly make: MakeEvent
  readonly now: () => Date
}

/**
 * Mails a link to the owner of an account that takes no password from unknown browsers any more. Does nothing for other accounts, and
 * for names that do not exist; nobody but the mailbox learns which it was.
 */
export async function mailLink(deps: MailLinkDeps, login: string, cause: Cause): Promise<void> {
  const { accounts, loginThrottle, signInLinks, mails, linkSecret, make, now } = deps
  if (!(await loginThrottle.mayMailLink(login)) || !(await loginThrottle.isLinkOnly(login))) return
  const account = await accounts.byLogin(login)
  if (!account) return
  const { personId } = account
  const mailId = randomUUIDv7()
  const expiresAt = new Date(now().getTime() + validMs)
  // Before its mail: a link that is mailed works.
  await signInLinks.keep(hashOf(signInToken(mailId, linkSecret)), { personId, login, expiresAt })
  const event = make(mailRequested, { mailId, template: 'sign-in-link' }, cause)
  await mails.add(
    {
      _id: mailId,
      recipientId: personId,
      template: 'sign-in-link',
      purpose: 'care',
      requestedBy: personId,
      requestedAt: now(),
      correlationid: event.correlationid,
    },
    [event],
  )
}
