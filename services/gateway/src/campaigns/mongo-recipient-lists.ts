import type { CampaignRecipientDocument } from '@rounds/contracts'
import { duplicateKey, type MongoStore } from '@rounds/mongo'
import { MongoBulkWriteError } from 'mongodb'
import type { RecipientLists } from './recipient-lists.ts'

/** `key` is unique within a campaign, by index: so a million addresses need not be held in memory to find one twice. */
type Stored = CampaignRecipientDocument & { readonly key: string }

export function mongoRecipientLists(store: Pick<MongoStore, 'collection'>): RecipientLists {
  const recipients = store.collection<Stored>('campaignRecipients')
  return {
    async clear(campaignId) {
      await recipients.deleteMany({ campaignId })
    },
    async add(campaignId, rows) {
      if (rows.length === 0) return new Set()
      try {
        await recipients.insertMany(
          rows.map(({ variables, ...row }) => ({
            _id: `${campaignId}-${row.row}`,
            campaignId,
            ...row,
            variables: { ...variables },
          })),
          { ordered: false },
        )
        return new Set()
      } catch (error) {
        if (!(error instanceof MongoBulkWriteError)) throw error
        const faults = [error.writeErrors].flat()
        if (faults.some(({ code }) => code !== duplicateKey)) throw error
        return new Set(faults.flatMap(({ index }) => rows[index]?.row ?? []))
      }
    },
  }
}
