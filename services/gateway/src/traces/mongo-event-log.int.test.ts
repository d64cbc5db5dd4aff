import { testServers } from '@rounds/local-servers'
import { mongoStore } from '@rounds/mongo'
import type { Collection, Document } from 'mongodb'
import { expect, it, onTestFinished } from 'vitest'
import type { Said } from './event-log.ts'
import { mongoHistory } from './mongo-event-log.ts'

it('notes what is said once, however often it is said and whatever new comes with it', async () => {
  const store = mongoStore(testServers().freshDatabase(), { appName: 'history-test' })
  onTestFinished(store.stop)
  await store.start()
  const inserted: string[][] = []
  const { note, chain } = mongoHistory({ collection: (name) => watched(store.collection(name), inserted) })

  await note([event('a'), event('b')])
  await note([event('b'), event('a')])
  await note([event('c'), event('a'), event('c'), event('d')])
  await note([])

  const { said } = await chain('story', 10)
  expect(said.map(({ _id }) => _id)).toEqual(['a', 'b', 'c', 'd'])
  expect(inserted).toEqual([
    ['a', 'b'],
    ['c', 'c', 'd'],
  ])
})

/** The collection, and a note of the keys that each insert brings. */
const watched = <T extends Document>(collection: Collection<T>, inserted: string[][]) =>
  Object.assign(Object.create(collection), {
    insertMany(...[documents, options]: Parameters<typeof collection.insertMany>) {
      inserted.push(documents.map(({ _id }) => String(_id)))
      return collection.insertMany(documents, options)
    },
  }) as Collection<T>

const event = (_id: string): Said => ({
  _id,
  type: 'report.requested',
  source: '/gateway',
  subject: 'report-1',
  correlationid: 'story',
  at: new Date('2026-11-26T08:00Z'),
})
