import { type MongoStore, sharedReads } from '@rounds/mongo'
import { withHolders } from './mongo-credential-owners.ts'
import type { ResolvePrincipalDeps } from './resolve-principal.ts'
import type { IssueTokenDeps, NewToken } from './token-routes.ts'

type TokenDocument = Omit<NewToken, 'tokenId'> & {
  readonly _id: string
  readonly hash: string
  readonly lastUsedAt?: Date
}

export function mongoTokens(
  store: Pick<MongoStore, 'collection'>,
  now: () => Date,
): IssueTokenDeps['tokens'] & {
  use: ResolvePrincipalDeps['useToken']
  stands: (tokenId: string) => Promise<boolean>
} {
  const tokens = store.collection<TokenDocument>('tokens')
  const standing = sharedReads({
    read: (hashes) => withHolders(tokens, { hash: { $in: [...hashes] }, expiresAt: { $gt: now() } }),
    keyOf: ({ hash }) => hash,
  })
  return {
    async keep(hash, { tokenId, ...token }) {
      await tokens.insertOne({ _id: tokenId, hash, ...token })
    },
    async use(hash) {
      const token = await standing(hash)
      if (!token) return undefined
      const minute = new Date(Math.floor(now().getTime() / 60_000) * 60_000)
      if ((token.lastUsedAt?.getTime() ?? 0) < minute.getTime()) {
        await tokens.updateOne({ _id: token._id }, { $set: { lastUsedAt: minute } })
      }
      return { tokenId: token._id, person: token.person, scopes: token.scopes }
    },
    stands: async (tokenId) => (await tokens.findOne({ _id: tokenId, expiresAt: { $gt: now() } })) !== null,
    ofPerson: ({ personId }) => tokens.find({ personId }, { sort: { _id: -1 } }).toArray(),
    async end({ personId }, tokenId) {
      return (await tokens.deleteOne({ _id: tokenId, personId })).deletedCount === 1
    },
  }
}
