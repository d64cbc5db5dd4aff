import { mongoStore } from '@rounds/ledger'
import { testServers } from '@rounds/local-servers'
import { expect, it, onTestFinished } from 'vitest'
import type { Said } from './history.ts'
import { mongoHistory } from './mongo-history.ts'

it('notes what is said once, however often it is said and whatever new comes with it', async () => {
  const store = mongoStore(testServers().freshDatabase(), { appName: 'history-test' })
  onTestFinished(store.stop)
  await store.start()
  const { note, chain } = mongoHistory(store)

  await note([event('a'), event('b')])
  await note([event('b'), event('a')])
  await note([event('c'), event('a'), event('c'), event('d')])
  await note([])

  const { said } = await chain('story', 10)
  expect(said.map(({ _id }) => _id)).toEqual(['a', 'b', 'c', 'd'])
})

const event = (_id: string): Said => ({
  _id,
  type: 'report.requested',
  source: '/gateway',
  subject: 'report-1',
  correlationid: 'story',
  at: new Date('2026-11-26T08:00Z'),
})
