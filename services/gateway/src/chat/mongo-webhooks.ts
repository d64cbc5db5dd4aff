import type { SpaceDocument } from '@rounds/contracts'
import type { MongoStore } from '@rounds/mongo'
import type { SealedWebhooks } from './rotate-keys.ts'

/** Every space's; a removed one has none. */
export function mongoSealedWebhooks(store: Pick<MongoStore, 'collection'>): SealedWebhooks {
  const spaces = store.collection<SpaceDocument>('spaces')
  return {
    async *underOtherKeys(keyId) {
      const found = spaces.find(
        { webhook: { $exists: true }, 'webhook.keyId': { $ne: keyId } },
        { projection: { webhook: 1 } },
      )
      for await (const { _id, webhook } of found) if (webhook) yield { spaceId: _id, webhook }
    },
    async reseal({ spaceId, webhook: { sealed } }, webhook) {
      // The version grows, so that nobody who is editing it writes the old seal back.
      const { matchedCount } = await spaces.updateOne(
        { _id: spaceId, 'webhook.sealed': sealed },
        { $set: { webhook }, $inc: { version: 1 } },
      )
      return matchedCount === 1
    },
  }
}
