import { createHmac } from 'node:crypto'
import { duplicateKey, groupedInserts, type MongoStore } from '@rounds/mongo'
import { MongoServerError } from 'mongodb'
import type { Asked, MailAllowance, Place } from './mail-allowance.ts'

interface AllowanceDocument {
  /** Keyed hash of the mailbox: no address stands here. */
  readonly _id: string
  /** In the order of time. */
  readonly taken: readonly { readonly delivery: string; readonly at: Date }[]
  readonly isGranted: boolean
  readonly expiresAt: Date
}

const dayMs = 24 * 3_600_000
const mostKnown = 10_000

export interface MongoMailAllowanceOptions {
  readonly secret: string
  readonly now: () => Date
}

/** One document for each mailbox. The condition and the place are one write, so that replicas share one count. */
export function mongoMailAllowance(
  store: Pick<MongoStore, 'collection'>,
  { secret, now }: MongoMailAllowanceOptions,
): MailAllowance & { prepare(): Promise<void> } {
  const allowances = store.collection<AllowanceDocument>('mailAllowances')
  const insert = groupedInserts(allowances)
  /** Mailboxes that have a document, as far as is known here: whoever is wrong asks once more than needed. */
  const known = new Map<string, Promise<unknown>>()

  return {
    async prepare() {
      await allowances.createIndex({ expiresAt: 1 }, { expireAfterSeconds: 0 })
    },

    async take(asked) {
      const at = now()
      const first = {
        _id: idOf(asked),
        taken: [{ delivery: asked.delivery, at }],
        isGranted: true,
        expiresAt: endOf(at),
      }
      if (asked.most > 0 && (await isFirst(first))) return { isGranted: true, taken: 1, freeAt: at }
      const asking = () =>
        allowances.findOneAndUpdate({ _id: first._id }, taking(asked, at), {
          upsert: true,
          returnDocument: 'after',
        })
      // It expired in between, and two make it anew: the second finds the first's.
      const written = await asking().catch((error: unknown) => {
        unlessThere(error)
        return asking()
      })
      return placeIn(written, asked.most, at)
    },
  }

  /** A campaign writes to mailboxes that got nothing today: their inserts share a write and need no answer to be read. */
  async function isFirst(document: AllowanceDocument): Promise<boolean> {
    const before = known.get(document._id)
    // Who comes while the first is being written waits for that.
    if (before !== undefined) {
      await before
      return false
    }
    if (known.size >= mostKnown) known.clear()
    const inserted = insert(document).then(() => true, unlessThere)
    known.set(
      document._id,
      inserted.catch(() => known.delete(document._id)),
    )
    return inserted
  }

  function idOf({ of, mailbox }: Asked): string {
    return createHmac('sha256', secret).update(`allowance ${of} ${mailbox}`).digest('base64url')
  }
}

/** Drops what is older than a day, then adds this delivery unless it is there or there is no room. */
function taking({ delivery, most }: Asked, at: Date): object[] {
  const known = { $in: [{ $literal: delivery }, '$taken.delivery'] }
  const since = new Date(at.getTime() - dayMs)
  return [
    {
      $set: {
        taken: { $filter: { input: { $ifNull: ['$taken', []] }, cond: { $gt: ['$$this.at', since] } } },
      },
    },
    { $set: { isGranted: { $or: [known, { $lt: [{ $size: '$taken' }, most] }] } } },
    {
      $set: {
        taken: {
          $cond: [
            { $and: ['$isGranted', { $not: [known] }] },
            { $concatArrays: ['$taken', { $literal: [{ delivery, at }] }] },
            '$taken',
          ],
        },
        // Who is refused changes nothing.
        expiresAt: { $cond: ['$isGranted', endOf(at), { $ifNull: ['$expiresAt', endOf(at)] }] },
      },
    },
  ]
}

function placeIn(written: AllowanceDocument | null, most: number, at: Date): Place {
  const { isGranted = false, taken = [] } = written ?? {}
  // There is room again when so many are a day old that one fewer than allowed remains.
  const leaving = taken[taken.length - most]
  return { isGranted, taken: taken.length, freeAt: leaving ? endOf(leaving.at) : at }
}

const endOf = (at: Date) => new Date(at.getTime() + dayMs)

function unlessThere(error: unknown): false {
  if (error instanceof MongoServerError && error.code === duplicateKey) return false
  throw error
}
