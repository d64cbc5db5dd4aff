import type { PersonDocument } from '@rounds/contracts'
import { type MongoStore, sharedReads } from '@rounds/ledger'
import type { Document } from 'mongodb'
import type { ChatFacts, Visit } from './chat-facts.ts'

/** Reads no more of a visit than a space may learn. Those who ask at the same moment share a question. */
export function mongoChatFacts(store: Pick<MongoStore, 'collection'>): ChatFacts {
  const visit = byId<Visit>('appointments', { startsAt: 1, patient: 1, doctor: 1, department: 1 })
  const person = byId<Pick<PersonDocument, '_id' | 'name'>>('people', { name: 1 })

  return { visit, nameOf: async (personId) => (await person(personId))?.name }

  function byId<Row extends { readonly _id: string }>(collection: string, projection: Document) {
    return sharedReads<Row>({
      read: (ids) =>
        store
          .collection<{ _id: string }>(collection)
          .find({ _id: { $in: [...ids] } }, { projection })
          .toArray() as Promise<Document[]> as Promise<Row[]>,
      keyOf: ({ _id }) => _id,
    })
  }
}
