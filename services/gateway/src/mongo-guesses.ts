import { createHash } from 'node:crypto'
import type { MongoStore } from '@rounds/ledger'
import { forgetAfterMs, guessing } from './sign-in/guessing.ts'
import type { SignInDeps } from './sign-in/route.ts'

interface GuessesDocument {
  readonly _id: string
  readonly failures: number
  readonly blockedUntil: Date
  readonly forgetAt: Date
}

/** Shared by all replicas: who guesses at another door has already used up the tries. */
export function mongoGuesses(store: Pick<MongoStore, 'collection'>, now: () => Date): SignInDeps['guesses'] {
  const guesses = store.collection<GuessesDocument>('signInFailures')

  /** One atomic step: blocked stays as it is, anything else counts one more and may thereby be blocked from now on. */
  async function countOne(
    _id: string,
    { free, firstWaitMs, longestWaitMs }: (typeof guessing)['account' | 'address'],
  ) {
    const at = now()
    const blocked = { $gt: [{ $ifNull: ['$blockedUntil', new Date(0)] }, at] }
    const failures = { $add: [{ $ifNull: ['$failures', 0] }, 1] }
    // Kept small before it is an exponent: 2^1100 is no number any more.
    const doublings = { $min: [{ $subtract: [failures, free + 1] }, 20] }
    const waitMs = { $min: [longestWaitMs, { $multiply: [firstWaitMs, { $pow: [2, doublings] }] }] }
    // No wait is no date: `at` itself would block whoever came a moment earlier by another replica's clock.
    const until = {
      $cond: [{ $gt: [failures, free] }, { $add: [at, { $toLong: waitMs }] }, new Date(0)],
    }
    const before = await guesses.findOneAndUpdate(
      { _id },
      [
        {
          $set: {
            failures: { $cond: [blocked, '$failures', failures] },
            blockedUntil: { $cond: [blocked, '$blockedUntil', until] },
            forgetAt: new Date(at.getTime() + forgetAfterMs),
          },
        },
      ],
      { upsert: true, returnDocument: 'before' },
    )
    return before ? Math.max(0, before.blockedUntil.getTime() - at.getTime()) : 0
  }

  return {
    async count(login, address) {
      const waits = await Promise.all([
        countOne(keyOf(login), guessing.account),
        countOne(addressKeyOf(address), guessing.address),
      ])
      return Math.max(...waits)
    },
    async forgive(login, address) {
      await guesses.deleteOne({ _id: keyOf(login) })
      // Only this one: the failures of others at that address stand.
      await guesses.updateOne(
        { _id: addressKeyOf(address), failures: { $gt: 0 } },
        { $inc: { failures: -1 } },
      )
    },
  }
}

// Hashed, since people type passwords into the field for the name.
const keyOf = (login: string) => `account:${createHash('sha256').update(login).digest('base64url')}`
const addressKeyOf = (address: string) => `address:${address}`
