import type { DeliveryInput, DeliveryOutcome } from '@rounds/contracts'
import type { WorkDocument } from '@rounds/ledger'
import type { MongoStore } from '@rounds/mongo'
import { type Digests, digestTemplate } from './digests.ts'

/** The ledger of deliveries, asked for digests and for those that wait for one. */
export function mongoDigests(store: Pick<MongoStore, 'collection'>): Digests & { prepare(): Promise<void> } {
  const deliveries = store.collection<WorkDocument<DeliveryInput, DeliveryOutcome>>('deliveries')
  const digestsOf = (recipientId: string) => ({
    'input.template': digestTemplate,
    'input.recipient.id': recipientId,
  })

  return {
    async prepare() {
      await deliveries.createIndexes([
        {
          name: 'digests of a recipient',
          key: { 'input.recipient.id': 1, acceptedAt: -1 },
          partialFilterExpression: { 'input.template': digestTemplate },
        },
        {
          name: 'mails of a digest',
          key: { 'outcome.digestId': 1, 'outcome.joinedAt': 1 },
          partialFilterExpression: { 'outcome.digestId': { $exists: true } },
        },
      ])
    },

    async latestOf(recipientId) {
      const found = await deliveries.findOne(digestsOf(recipientId), {
        sort: { acceptedAt: -1 },
        projection: { state: 1, interruptions: 1 },
      })
      if (!found) return undefined
      const { _id: key, state, interruptions = 0 } = found
      // One that may have left is repeated as it was.
      return { key, isOpen: (state === 'waiting' || state === 'claimed') && interruptions === 0 }
    },

    async membersOf(digestId, most) {
      const found = await deliveries
        .find(
          { 'outcome.digestId': digestId, 'outcome.kind': 'merged', state: { $in: ['waiting', 'claimed'] } },
          { projection: { input: 1, 'outcome.joinedAt': 1 } },
        )
        .sort({ 'outcome.joinedAt': 1 })
        .limit(most)
        .toArray()
      return found.map(({ _id: key, input, outcome }) => ({
        key,
        input,
        joinedAt: outcome?.joinedAt ?? new Date(0),
      }))
    },

    async lastSentAt(recipientId) {
      const found = await deliveries.findOne(
        { ...digestsOf(recipientId), state: 'done', 'outcome.kind': 'sent' },
        { sort: { acceptedAt: -1 }, projection: { settledAt: 1 } },
      )
      return found?.settledAt
    },

    async wake(digestId) {
      const digest = await deliveries.findOne({ _id: digestId }, { projection: { state: 1 } })
      if (!digest || ['waiting', 'claimed', 'sending'].includes(digest.state)) return
      await deliveries.updateMany({ 'outcome.digestId': digestId, state: 'waiting' }, [
        { $set: { nextAttemptAt: '$$NOW' } },
      ])
    },
  }
}
