import type { HospitalEvent, MailDocument } from '@rounds/contracts'
import type { Job } from '../jobs/index.ts'

/** A single mail that was asked for; the mailer reads it, and keeps how it goes among the deliveries. */
export interface AskedMail extends MailDocument {
  readonly idempotency?: NonNullable<Job['idempotency']>
}

export interface Mails {
  /** One write holds the mail and what it says. Nothing is written when its key or its identifier is taken. */
  add(mail: AskedMail, says: readonly HospitalEvent[]): Promise<'added' | 'taken'>
  /** The mail that was asked for under this key, for as long as the key is kept. */
  byKey(key: string, now: Date): Promise<AskedMail | undefined>
  one(mailId: string): Promise<AskedMail | undefined>
}
