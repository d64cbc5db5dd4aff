import { alsoSaying, duplicateKey, outboxOf, type WithOutbox } from '@rounds/mongo'
import { type Collection, type Filter, MongoServerError } from 'mongodb'
import { olderThan, toLiteral } from '../http/index.ts'
import type { Campaign } from './campaign.ts'
import { type Campaigns, reaches } from './campaign-store.ts'

export type StoredCampaign = Campaign & WithOutbox

const projection = { outbox: 0, outboxDue: 0 } as const
/** Campaigns in MongoDB. `rung` is called once something was written that has to be said. */
export function mongoCampaigns(
  collection: Collection<StoredCampaign>,
  now: () => Date,
  rung: () => void,
): Campaigns {
  const read = async (filter: Filter<StoredCampaign>) =>
    (await collection.findOne<Campaign>(filter, { projection })) ?? undefined

  return {
    async add(campaign, says = []) {
      try {
        await collection.insertOne({ ...campaign, ...outboxOf(says, now()) })
      } catch (error) {
        if (error instanceof MongoServerError && error.code === duplicateKey) return
        throw error
      }
      if (says.length > 0) rung()
    },

    one: async (_id, viewer) => (reaches(viewer) ? read({ _id }) : undefined),

    async list(viewer, state, page) {
      if (!reaches(viewer)) return []
      return collection
        .find<Campaign>({ $and: [state ? { state } : {}, olderThan('createdAt', page)] }, { projection })
        .sort({ createdAt: -1, _id: -1 })
        .limit(page.limit + 1)
        .toArray()
    },

    async change(campaignId, move, says = () => []) {
      for (;;) {
        const before = await read({ _id: campaignId })
        if (!before) return undefined
        const moved = move(before)
        if (moved === before) return before
        const next = { ...moved, version: before.version + 1, updatedAt: now() }
        const told = says(next)
        const { matchedCount } = await collection.updateOne({ _id: campaignId, version: before.version }, [
          { $set: { ...differences(before, next), ...alsoSaying(told, next.updatedAt) } },
          ...gone(before, next),
        ])
        if (matchedCount === 0) continue
        if (told.length > 0) rung()
        return next
      }
    },
  }
}

function differences(before: Campaign, after: Campaign) {
  const differs = ([field, value]: [string, unknown]) => before[field as keyof Campaign] !== value
  return toLiteral(Object.fromEntries(Object.entries(after).filter(differs)))
}

function gone(before: Campaign, after: Campaign) {
  const fields = Object.keys(before).filter((field) => !(field in after))
  return fields.length > 0 ? [{ $unset: fields }] : []
}
