import { duplicateKey, type MongoStore } from '@rounds/mongo'
import { MongoServerError } from 'mongodb'
import type { SenderTotals, Sending } from './sender-totals.ts'

const dayMs = 24 * 3_600_000
interface TotalsDocument {
  /** The sender. */
  readonly _id: string
  readonly sendings: readonly {
    readonly under: string
    readonly recipients: number
    readonly at: Date
  }[]
  /** Whether the last one was counted. */
  readonly granted: boolean
}

export function mongoSenderTotals(store: Pick<MongoStore, 'collection'>): SenderTotals {
  const totals = store.collection<TotalsDocument>('senderTotals')
  return {
    async reserve({ sender, under, recipients, at }, limit) {
      const write = () =>
        totals.findOneAndUpdate(
          { _id: sender },
          [
            { $set: { sendings: othersWithinADay(under, at) } },
            {
              $set: { granted: { $lte: [{ $add: [{ $sum: '$sendings.recipients' }, recipients] }, limit] } },
            },
            {
              $set: {
                sendings: {
                  $cond: [
                    '$granted',
                    { $concatArrays: ['$sendings', { $literal: [{ under, recipients, at }] }] },
                    '$sendings',
                  ],
                },
              },
            },
          ],
          { upsert: true, returnDocument: 'after' },
        )
      const written = await write().catch((error: unknown) => {
        // Two at once were this person's first: the second finds the first's.
        if (error instanceof MongoServerError && error.code === duplicateKey) return write()
        throw error
      })
      return written?.granted === true
    },

    async spent({ sender, under, at }: Omit<Sending, 'recipients'>) {
      const [row] = await totals
        .aggregate<{ spent: number }>([
          { $match: { _id: sender } },
          { $set: { sendings: othersWithinADay(under, at) } },
          { $project: { spent: { $sum: '$sendings.recipients' } } },
        ])
        .toArray()
      return row?.spent ?? 0
    },
  }
}

const othersWithinADay = (under: string, at: Date) => ({
  $filter: {
    input: { $ifNull: ['$sendings', []] },
    cond: {
      $and: [
        { $gt: ['$$this.at', new Date(at.getTime() - dayMs)] },
        { $ne: ['$$this.under', { $literal: under }] },
      ],
    },
  },
})
