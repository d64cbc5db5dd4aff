import { setTimeout as sleep } from 'node:timers/promises'
import { testServers } from '@rounds/local-servers'
import { mongoStore } from '@rounds/mongo'
import type { Collection } from 'mongodb'
import { expect, it, onTestFinished } from 'vitest'
import { type Input, leaseMs, ledgerContract, type Outcome, sorting } from '../test/ledger-contract.ts'
import { mongoLedger, type WorkDocument } from './mongo-ledger.ts'
import { openLedger } from './open-ledger.ts'

ledgerContract('the ledger in MongoDB', async (repeating) => {
  const store = mongoStore(testServers().freshDatabase(), { appName: 'ledger-test' })
  const ledger = openLedger<Input, Outcome>(store, 'work', { repeating, leaseMs, ...sorting })
  await store.start()
  return {
    ledger,
    async said(key) {
      const work = await store.collection<WorkDocument<Input, Outcome>>('work').findOne({ _id: key })
      return work?.outbox.map(({ event }) => event.id) ?? []
    },
    pass: (ms) => sleep(ms),
    close: () => store.stop(),
  }
})

it('claims what was claimed and put back since it looked as it is now', async () => {
  const store = mongoStore(testServers().freshDatabase(), { appName: 'ledger-test' })
  onTestFinished(store.stop)
  const theirs = openLedger<Input, Outcome>(store, 'work', { repeating: 'safe', leaseMs, ...sorting })
  await store.start()
  for (const key of ['a', 'b']) await theirs.accept(key, { text: '', group: 'g' })
  const work = store.collection<WorkDocument<Input, Outcome>>('work')
  let isFirst = true
  const slow = Object.assign(Object.create(work), {
    async updateMany(...change: Parameters<typeof work.updateMany>) {
      const stopped = isFirst ? await theirs.claim('a') : undefined
      isFirst = false
      await stopped?.settle({ state: 'abandoned', reason: 'stopping', afterMs: 0 })
      return work.updateMany(...change)
    },
  }) as Collection<WorkDocument<Input, Outcome>>
  const ours = mongoLedger<Input, Outcome>(slow, () => new Date(), { repeating: 'safe', leaseMs, ...sorting })

  const claims = [...(await ours.claimMany(2)), ...(await ours.claimMany(2))]

  expect(claims.map(({ key, fence }) => [key, fence]).toSorted()).toEqual([
    ['a', 2],
    ['b', 1],
  ])
  for (const claim of claims) await claim.settle({ state: 'done', outcome: { result: '' }, says: [] })
})

it('takes what it accepts in hand at once, though other writes wait for company', async () => {
  const store = mongoStore(testServers().freshDatabase(), { appName: 'ledger-test' })
  onTestFinished(store.stop)
  await store.start()
  const work = store.collection<WorkDocument<Input, Outcome>>('work')
  const writes: string[][] = []
  const open = Promise.withResolvers<void>()
  const slow = Object.assign(Object.create(work), {
    async bulkWrite(...[inserts, options]: Parameters<typeof work.bulkWrite>) {
      const keys = inserts.flatMap((one) => ('insertOne' in one ? [`${one.insertOne.document._id}`] : []))
      writes.push(keys)
      if (!keys.includes('in hand')) await open.promise
      return work.bulkWrite(inserts, options)
    },
  }) as Collection<WorkDocument<Input, Outcome>>
  const how = { repeating: 'safe', leaseMs, ...sorting, writesAtOnce: 1 } as const
  const ledger = mongoLedger<Input, Outcome>(slow, () => new Date(), how)
  const input = { text: '', group: 'g' }

  const waiting = ['a', 'b', 'c'].map(async (key, place) => {
    if (place > 0) await sleep(20)
    return ledger.accept(key, input)
  })
  const claim = await ledger.acceptInHand('in hand', input)
  await sleep(50)
  open.resolve()
  await Promise.all(waiting)

  expect(claim).toMatchObject({ key: 'in hand', fence: 1 })
  expect(writes.toSorted()).toEqual([['a'], ['b', 'c'], ['in hand']])
})

it('begins one report beside fifteen hundred of somebody else, and forgets none of those', async () => {
  const store = mongoStore(testServers().freshDatabase(), { appName: 'ledger-test' })
  onTestFinished(store.stop)
  const askedBy = ({ group }: Input) => group
  const ledger = openLedger<Input, Outcome>(store, 'work', { repeating: 'safe', leaseMs: 60_000, askedBy })
  await store.start()
  const keys = Array.from({ length: 1_500 }, (_, number) => `ada-${String(number).padStart(4, '0')}`)
  await Promise.all(keys.map((key) => ledger.accept(key, { text: '', group: 'ada' })))
  await ledger.accept('asha-1', { text: '', group: 'asha' })
  await ledger.accept('asha-2', { text: '', group: 'asha' })
  await ledger.accept('rao-1', { text: '', group: 'rao' })

  const first = [...(await ledger.claimMany(1)), ...(await ledger.claimMany(4))].map(({ key }) => key)
  expect(first).toEqual(expect.arrayContaining(['ada-0000', 'asha-1', 'rao-1']))
  expect(first).toContain('asha-2')

  const rest = (await ledger.claimMany(2_000)).map(({ key }) => key)
  expect([...first, ...rest].toSorted()).toEqual([...keys, 'asha-1', 'asha-2', 'rao-1'].toSorted())
  expect(rest).toEqual(rest.toSorted())
})

it('finds whose turn it is in an index, however many wait', async () => {
  const store = mongoStore(testServers().freshDatabase(), { appName: 'ledger-test' })
  onTestFinished(store.stop)
  const askedBy = ({ group }: Input) => group
  const ledger = openLedger<Input, Outcome>(store, 'work', { repeating: 'safe', leaseMs, askedBy })
  await store.start()
  await Promise.all(
    Array.from({ length: 500 }, (_, number) => ledger.accept(`a-${number}`, { text: '', group: 'ada' })),
  )
  const due = { state: { $in: ['waiting'] }, $expr: { $lte: ['$nextAttemptAt', '$$NOW'] } }
  const { executionStats } = await store
    .collection('work')
    .find(due)
    .sort({ place: 1, nextAttemptAt: 1 })
    .limit(4)
    .explain('executionStats')
  expect(executionStats).toMatchObject({ nReturned: 4, totalDocsExamined: 4, totalKeysExamined: 4 })
})

it('lets what was put back stand behind those who came meanwhile', async () => {
  const store = mongoStore(testServers().freshDatabase(), { appName: 'ledger-test' })
  onTestFinished(store.stop)
  const askedBy = ({ group }: Input) => group
  const ledger = openLedger<Input, Outcome>(store, 'work', { repeating: 'safe', leaseMs, askedBy })
  await store.start()
  await ledger.accept('failing', { text: '', group: 'ada' })
  const [failing] = await ledger.claimMany(1)
  await ledger.accept('fresh', { text: '', group: 'asha' })
  await failing?.settle({ state: 'waiting', reason: 'not now', afterMs: 0 })
  expect((await ledger.claimMany(2)).map(({ key }) => key)).toEqual(['fresh', 'failing'])
})
