import { alsoSaying, type WithOutbox } from '@rounds/ledger'
import type { Collection, Filter } from 'mongodb'
import type { Campaign } from './campaign.ts'
import { type Campaigns, reaches } from './campaigns.ts'

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
    async add(campaign) {
      await collection.insertOne({ ...campaign, outbox: [] })
    },

    one: async (_id, viewer) => (reaches(viewer) ? read({ _id }) : undefined),

    async list(viewer, state, { limit, position }) {
      if (!reaches(viewer)) return []
      const filter = { ...(state ? { state } : {}), ...(position ? { _id: { $lt: position.id } } : {}) }
      return collection
        .find<Campaign>(filter, { projection })
        .sort({ _id: -1 })
        .limit(limit + 1)
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

/** Literal, because in an update pipeline a text that begins with a dollar would be an expression. */
function differences(before: Campaign, after: Campaign): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(after)
      .filter(([field, value]) => before[field as keyof Campaign] !== value)
      .map(([field, value]) => [field, { $literal: value }]),
  )
}

function gone(before: Campaign, after: Campaign) {
  const fields = Object.keys(before).filter((field) => !(field in after))
  return fields.length > 0 ? [{ $unset: fields }] : []
}
