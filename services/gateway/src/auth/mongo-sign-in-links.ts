import type { MongoStore } from '@rounds/mongo'
import type { IndexDescription } from 'mongodb'
import type { SignInLinks } from './mailed-link.ts'

interface LinkDocument {
  /** Hash of its token. */
  readonly _id: string
  readonly personId: string
  readonly login: string
  readonly expiresAt: Date
}

export const signInLinkIndexes: readonly IndexDescription[] = [
  { key: { expiresAt: 1 }, expireAfterSeconds: 0 },
]

export function mongoSignInLinks(store: Pick<MongoStore, 'collection'>): SignInLinks {
  const links = store.collection<LinkDocument>('signInLinks')
  return {
    async keep(hash, link) {
      await links.insertOne({ _id: hash, ...link })
    },
    // Taken and gone in one write: of two who use it at once, one signs in.
    async use(hash, now) {
      const found = await links.findOneAndDelete({ _id: hash, expiresAt: { $gt: now } })
      return found ? { personId: found.personId, login: found.login } : undefined
    },
  }
}
