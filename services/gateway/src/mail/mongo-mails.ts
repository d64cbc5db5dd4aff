import { duplicateKey, outboxOf, type WithOutbox } from '@rounds/mongo'
import { type Collection, type IndexDescription, MongoServerError } from 'mongodb'
import type { AskedMail, Mails } from './mails.ts'

export type StoredMail = AskedMail & WithOutbox

export const mailIndexes: readonly IndexDescription[] = [
  { key: { 'idempotency.key': 1 }, unique: true, sparse: true },
]

const projection = { outbox: 0, outboxDue: 0 } as const

export function mongoMails(collection: Collection<StoredMail>, now: () => Date, rung: () => void): Mails {
  return {
    async add(mail, says) {
      try {
        await collection.insertOne({ ...mail, ...outboxOf(says, now()) })
        rung()
        return 'added'
      } catch (error) {
        if (error instanceof MongoServerError && error.code === duplicateKey) return 'taken'
        throw error
      }
    },
    async byKey(key, at) {
      const mail = await collection.findOne<AskedMail>({ 'idempotency.key': key }, { projection })
      if (!mail?.idempotency || mail.idempotency.until > at) return mail ?? undefined
      await collection.updateOne({ _id: mail._id, 'idempotency.key': key }, { $unset: { idempotency: true } })
      return undefined
    },
    one: async (_id) => (await collection.findOne<AskedMail>({ _id }, { projection })) ?? undefined,
  }
}
