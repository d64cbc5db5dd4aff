import type { Delivery } from '@rounds/contracts/http'

/** Whom a mail is for. Operations are not told names: they see the identifier. */
export const recipientOf = ({ recipient }: Pick<Delivery, 'recipient'>): string =>
  recipient.name ?? recipient.id
