import type { CampaignDocument } from '@rounds/contracts'
import type { MongoStore } from '@rounds/mongo'
import type { CampaignWatch, WatchedCampaign } from './campaign-watch.ts'

interface Seen extends WatchedCampaign {
  readonly isActive: boolean
  /** When it was read, and when somebody last asked for it. */
  readonly readAt: number
  askedAt: number
}

/** Older than this, what was read is no ground to start anything: within two seconds a pause holds everywhere. */
const freshMs = 1_500
const rememberMs = 60_000

export function mongoCampaignWatch(
  store: Pick<MongoStore, 'collection'>,
  now = () => performance.now(),
): CampaignWatch {
  const campaigns = store.collection<CampaignDocument>('campaigns')
  const seen = new Map<string, Seen>()

  return {
    async of(campaignId) {
      const known = seen.get(campaignId)
      if (known) {
        known.askedAt = now()
        return known
      }
      await read({ _id: campaignId })
      return seen.get(campaignId)
    },

    maySend(campaignId) {
      const known = seen.get(campaignId)
      if (!known || now() - known.readAt > freshMs) return false
      // What a person lets be sent anew may belong to one that is over.
      return known.state === 'sending' || known.state === 'completed'
    },

    active: () => [...seen.values()].filter(({ isActive }) => isActive),

    async look() {
      for (const [id, { askedAt, isActive }] of seen) {
        if (!isActive && now() - askedAt > rememberMs) seen.delete(id)
      }
      await read({ $or: [...actives, { _id: { $in: [...seen.keys()] } }] })
    },
  }

  async function read(filter: object): Promise<void> {
    const readAt = now()
    const found = await campaigns.find(filter, { projection }).toArray()
    for (const { _id: id, state, texts, completedAt } of found) {
      const isActive =
        state === 'sending' || state === 'paused' || (state === 'cancelled' && completedAt === undefined)
      const askedAt = seen.get(id)?.askedAt ?? readAt
      seen.set(id, { id, state, isActive, readAt, askedAt, ...(texts ? { texts } : {}) })
    }
  }
}

const projection = { state: 1, texts: 1, completedAt: 1 } as const
const actives = [
  { state: { $in: ['sending', 'paused'] } },
  // Those that were called off long ago have long been heeded.
  { state: 'cancelled', completedAt: { $exists: false }, updatedAt: { $gt: new Date(0) } },
]
