import type { DeliveryOutcome, PostOutcome } from '@rounds/contracts'
import { settleRestored, type WorkDocument } from '@rounds/ledger'
import type { MongoStore } from '@rounds/mongo'
import type { RestoredOptions } from './options.ts'

export interface RestoredEffects {
  readonly mails: number
  readonly posts: number
  /** Lists of recipients that are not complete: what they are going to list is not known yet. */
  readonly openLists: readonly string[]
}

/** Ends the mails and chat messages of which the backup does not know the end. */
export async function restoredEffects(
  store: Pick<MongoStore, 'collection'>,
  { before, as, dryRun }: RestoredOptions,
): Promise<RestoredEffects> {
  const isDone = as === 'done'
  const sent: DeliveryOutcome['kind'] = isDone ? 'sent' : 'in doubt'
  const posted: PostOutcome['kind'] = isDone ? 'posted' : 'in doubt'
  const code: NonNullable<PostOutcome['code']> = 'RESTORED'
  const works = (name: string) => store.collection<WorkDocument<unknown, unknown>>(name)
  const how = { before, as, dryRun }
  return {
    mails: await settleRestored(works('deliveries'), {
      ...how,
      outcome: { decisions: [], kind: sent, code },
    }),
    posts: await settleRestored(works('posts'), { ...how, outcome: { kind: posted, code } }),
    openLists: await works('batches').distinct('_id', {
      acceptedAt: { $lt: before },
      state: { $in: ['waiting', 'claimed', 'sending'] },
    }),
  }
}
