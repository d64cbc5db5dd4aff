import { setTimeout as sleep } from 'node:timers/promises'
import type { WithOutbox } from '@rounds/mongo'
import type { Collection } from 'mongodb'

/** Resolves once the relay has nothing left to say from here: the next run begins in silence. */
export async function untilSaid<Document extends WithOutbox>(
  collection: Collection<Document>,
): Promise<void> {
  const unsaid = collection as unknown as Collection<WithOutbox>
  while (await unsaid.findOne({ outboxDue: { $exists: true } }, { projection: { _id: 1 } })) await sleep(100)
}
