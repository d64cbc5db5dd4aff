import type { MongoStore } from '@rounds/mongo'
import type { Ledger } from './ledger.ts'
import { type LedgerOptions, mongoLedger, prepareLedger, type WorkDocument } from './mongo-ledger.ts'

/** The ledger in this collection. Its indexes are made when the store starts, so open it before that. */
export function openLedger<Input, Outcome>(
  store: Pick<MongoStore, 'collection' | 'now' | 'onStart'>,
  name: string,
  options: LedgerOptions<Input>,
): Ledger<Input, Outcome> {
  store.onStart(() => prepareLedger(store.collection(name), options))
  return mongoLedger(store.collection<WorkDocument<Input, Outcome>>(name), store.now, options)
}
