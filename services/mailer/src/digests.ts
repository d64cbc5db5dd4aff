import type { DeliveryInput } from '@rounds/contracts'
import type { TemplateId } from '@rounds/mail'

export const digestTemplate = 'visit-digest' satisfies TemplateId

/** A mail that waits to be told of by a digest. */
export interface DigestMember {
  readonly key: string
  readonly input: DeliveryInput
  readonly joinedAt: Date
}

/** The deliveries that are digests, and those that wait for one. */
export interface Digests {
  /** The recipient's last one; open while it may still list what joins it. */
  latestOf(recipientId: string): Promise<{ readonly key: string; readonly isOpen: boolean } | undefined>
  /** Those without an end that wait for it, in the order of joining, at most so many. */
  membersOf(digestId: string, most: number): Promise<readonly DigestMember[]>
  /** When the recipient was last sent one. */
  lastSentAt(recipientId: string): Promise<Date | undefined>
  /** Lets those that wait for it look at once what became of it; does nothing while it has no end. */
  wake(digestId: string): Promise<void>
}
