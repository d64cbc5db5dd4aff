import { alsoSaying, outboxOf, type WithOutbox } from '@rounds/ledger'
import { type Collection, type Filter, MongoServerError } from 'mongodb'
import type { Campaign } from './campaign.ts'
import { type Campaigns, reaches } from './campaigns.ts'
import type { Position } from './page.ts'

export type StoredCampaign = Campaign & WithOutbox

const projection = { outbox: 0, outboxDue: 0 } as const
const duplicateKey = 11_000

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

    async list(viewer, state, { limit, position }) {
      if (!reaches(viewer)) return []
      const filter = { ...(state ? { state } : {}), ...(position ? before(position) : {}) }
      return collection
        .find<Campaign>(filter, { projection })
        .sort({ createdAt: -1, _id: -1 })
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

function before({ after, id }: Position): Filter<StoredCampaign> {
  const createdAt = new Date(after)
  if (Number.isNaN(createdAt.getTime())) return { _id: { $in: [] } }
  return { createdAt: { $lte: createdAt }, $or: [{ createdAt: { $lt: createdAt } }, { _id: { $lt: id } }] }
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
