import { type MongoStore, sharedReads } from '@rounds/mongo'
import { withHolders } from './mongo-credential-owners.ts'
import type { ResolvePrincipalDeps } from './resolve-principal.ts'
import { endOf, expiryOf } from './session-expiry.ts'
import type { SignInDeps } from './session-routes.ts'

interface SessionDocument {
  readonly _id: string
  readonly personId: string
  readonly expiresAt: Date
  /** A TTL index removes it then; until MongoDB gets round to that, every read looks at the clock too. */
  readonly endsAt: Date
}

export function mongoSessions(
  store: Pick<MongoStore, 'collection'>,
  now: () => Date,
): SignInDeps['sessions'] & {
  use: ResolvePrincipalDeps['useSession']
  stands: (hash: string) => Promise<boolean>
} {
  const sessions = store.collection<SessionDocument>('sessions')
  const standing = sharedReads({
    read: (hashes) => withHolders(sessions, { _id: { $in: [...hashes] }, endsAt: { $gt: now() } }),
    keyOf: ({ _id }) => _id,
  })
  return {
    async start(hash, personId, startedAt) {
      const expiresAt = expiryOf(startedAt)
      await sessions.insertOne({ _id: hash, personId, expiresAt, endsAt: endOf(startedAt, expiresAt) })
    },
    async use(hash, isActivity) {
      const session = await standing(hash)
      if (!session) return undefined
      if (isActivity) await prolong(session)
      return session.person
    },
    stands: async (hash) => (await sessions.findOne({ _id: hash, endsAt: { $gt: now() } })) !== null,
    async endsOf(hash) {
      const session = await sessions.findOne({ _id: hash, endsAt: { $gt: now() } })
      return session ? { endsAt: session.endsAt, expiresAt: session.expiresAt } : undefined
    },
    async end(hash) {
      await sessions.deleteOne({ _id: hash })
    },
  }

  async function prolong({ _id, expiresAt, endsAt: standing }: SessionDocument): Promise<void> {
    const endsAt = endOf(now(), expiresAt)
    // Not by less than ten seconds: a page that changes ten things at once costs one write, not ten.
    if (endsAt.getTime() - standing.getTime() < 10_000) return
    await sessions.updateOne({ _id }, { $max: { endsAt } })
  }
}
