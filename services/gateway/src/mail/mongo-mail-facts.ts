import type { ConsentDocument, DepartmentDocument, SuppressionDocument } from '@rounds/contracts'
import type { MongoStore } from '@rounds/mongo'
import type { MailFacts } from './mail-facts.ts'

export function mongoMailFacts(store: Pick<MongoStore, 'collection'>): MailFacts {
  const consents = store.collection<ConsentDocument>('consents')
  const suppressions = store.collection<SuppressionDocument>('suppressions')
  const departments = store.collection<DepartmentDocument>('departments')
  const deliveries = store.collection('deliveries')

  return {
    consentsOf: async (personIds) => byId(await consents.find({ _id: { $in: [...personIds] } }).toArray()),
    suppressionsOf: async (keys) => byId(await suppressions.find({ _id: { $in: [...keys] } }).toArray()),
    async recentlySentTo(personIds, after) {
      const rows = await deliveries
        .aggregate<{ _id: string; sent: Date[] }>([
          {
            $match: {
              'input.recipient.id': { $in: [...personIds] },
              'input.purpose': { $ne: 'care' },
              'outcome.kind': 'sent',
              settledAt: { $gt: after },
            },
          },
          { $group: { _id: '$input.recipient.id', sent: { $push: '$settledAt' } } },
        ])
        .toArray()
      return new Map(rows.map(({ _id, sent }) => [_id, sent]))
    },
    departmentsOf: async (ids) => {
      const found = await departments.find({ _id: { $in: [...ids] } }).toArray()
      return new Map(found.map(({ _id, name }) => [_id, name]))
    },
  }
}

const byId = <Row extends { readonly _id: string }>(rows: readonly Row[]) =>
  new Map(rows.map((row) => [row._id, row]))
