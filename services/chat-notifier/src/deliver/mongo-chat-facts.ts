import { type PersonDocument, publishedName } from '@rounds/contracts'
import { type MongoStore, sharedReads } from '@rounds/mongo'
import type { Document } from 'mongodb'
import type { ChatFacts, Visit } from './chat-facts.ts'

/** Views show no more of a visit than a space may learn. Those who ask at the same moment share a question. */
export function mongoChatFacts(store: Pick<MongoStore, 'collection'>): ChatFacts {
  const visit = byId<Visit>('appointments')
  const person = byId<Pick<PersonDocument, '_id' | 'name'>>('people')

  return { visit, nameOf: async (personId) => (await person(personId))?.name }

  function byId<Row extends { readonly _id: string }>(collection: string) {
    return sharedReads<Row>({
      read: (ids) =>
        store
          .collection<{ _id: string }>(publishedName(collection, 'chat-notifier'))
          .find({ _id: { $in: [...ids] } })
          .toArray() as Promise<Document[]> as Promise<Row[]>,
      keyOf: ({ _id }) => _id,
    })
  }
}
