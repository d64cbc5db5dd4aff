import { type BatchInput, type BatchProgress, batchIncomplete, type CheckDocument } from '@rounds/contracts'
import { openLedger } from '@rounds/ledger'
import { testServers } from '@rounds/local-servers'
import { eventMaker } from '@rounds/messaging'
import { makeViews, mongoStore, type WithOutbox } from '@rounds/mongo'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mongoChecks } from './mongo-checks.ts'
import { mongoDeliveries } from './mongo-deliveries.ts'

const store = mongoStore(testServers().freshDatabase(), { appName: 'checks-test' })
const documents = (name: string) => store.collection<{ _id: string; [field: string]: unknown }>(name)
const since = new Date(Date.now() - 60_000)
const until = new Date(Date.now() + 60_000)
let rung = 0
const checks = mongoChecks(store, mongoDeliveries(store).counts, () => {
  rung += 1
})

beforeAll(async () => {
  await store.start()
  await makeViews(documents('jobs').db)
})
afterAll(async () => {
  await documents('batches').db.dropDatabase()
  await store.stop()
})

describe('what was promised and what came of it', () => {
  beforeAll(async () => {
    const batches = openLedger<BatchInput, BatchProgress>(store, 'batches', { repeating: 'safe' })
    for (const id of ['whole', 'half', 'listing', 'skipping', 'people', 'called-off'])
      await batches.accept(id, { kind: 'campaign', cause: { correlationid: 'story' } })
    for (const claim of await batches.claimMany(9)) {
      const listed = claim.key === 'listing' ? 1 : 2
      await claim.note({ listed, isListed: claim.key !== 'listing' })
    }
    await documents('campaigns').insertMany([
      { _id: 'listing', expected: 40 },
      { _id: 'skipping', expected: 3, audience: { kind: 'upload' }, state: 'completed' },
      { _id: 'called-off', expected: 3, audience: { kind: 'upload' }, state: 'cancelled' },
      { _id: 'people', expected: 3, audience: { kind: 'people', role: 'patient' }, state: 'completed' },
      { _id: 'approval', state: 'awaiting approval' },
    ])
    await documents('deliveries').insertMany(
      [
        ['whole', 'sent'],
        ['whole', 'suppressed'],
        ['half', 'sent'],
        ['half', undefined],
        ['listing', 'sent'],
        ...['skipping', 'people', 'called-off'].flatMap((id) => [
          [id, 'sent'],
          [id, 'sent'],
        ]),
        ['mail-1', 'sent'],
      ].map(([batchId, kind], n) => ({
        _id: `d${n}`,
        state: kind ? 'done' : 'waiting',
        input: { batchId },
        ...(kind ? { outcome: { kind } } : {}),
      })),
    )
    const fire = (_id: string, purpose: string, outcome = 'fired') => ({
      _id,
      purpose,
      outcome,
      due: new Date(),
    })
    await documents('fires').insertMany([
      fire('whole', 'campaign'),
      fire('approval', 'campaign'),
      fire('lost', 'daily-reminders'),
      fire('skipped', 'daily-reminders', 'skipped'),
      ...['done', 'called-off', 'failed', 'never-made'].map((what) => fire(`report-${what}`, 'report')),
    ])
    await documents('jobs').insertMany([
      { _id: 'j1', fireId: 'report-done', state: 'done' },
      { _id: 'j2', fireId: 'report-called-off', state: 'cancelled' },
      { _id: 'j3', fireId: 'report-failed', state: 'failed' },
    ])
    await documents('mails').insertMany(['mail-1', 'mail-2'].map((_id) => ({ _id, requestedAt: new Date() })))
  })

  it('of batches: as many as were listed; of an unfinished list, and of an upload, as many as were counted', async () => {
    const found = await checks.batches(since, until)
    expect(
      Object.fromEntries(found.map(({ batchId, expected, reached }) => [batchId, [expected, reached]])),
    ).toEqual({
      whole: [2, 2],
      half: [2, 1],
      listing: [40, 1],
      skipping: [3, 2],
      people: [2, 2],
      'called-off': [2, 2],
    })
  })

  it('of fires: those that led to a list or to a report; a campaign that waits for its approval has come', async () => {
    const found = await checks.fires(since, until)
    expect(Object.fromEntries(found.map(({ id, hasCome }) => [id, hasCome]))).toEqual({
      whole: true,
      approval: true,
      lost: false,
      'report-done': true,
      'report-called-off': true,
      'report-failed': false,
      'report-never-made': false,
    })
  })

  it('of single mails: those that were written down', async () => {
    expect(await checks.mails(since, until)).toEqual([
      { id: 'mail-1', what: 'single', hasCome: true },
      { id: 'mail-2', what: 'single', hasCome: false },
    ])
  })

  it('of another day is not looked at', async () => {
    const before = [new Date(0), new Date(1)] as const
    expect([
      await checks.batches(...before),
      await checks.fires(...before),
      await checks.mails(...before),
    ]).toEqual([[], [], []])
  })
})

it('is kept with what it says in one write, and anew when it is asked for again', async () => {
  const check = { _id: 'check-1', day: '2026-05-01', at: new Date(), batches: 1, fires: 0 }
  const missing = [{ batchId: '$half', what: 'campaign', expected: 2, reached: 1 }]
  const said = eventMaker('mailer')(batchIncomplete, {
    batchId: 'half',
    checkId: 'check-1',
    expected: 2,
    reached: 1,
  })
  await checks.keep({ ...check, missing }, [said])
  const kept = () => store.collection<CheckDocument & WithOutbox>('checks').findOne({ _id: 'check-1' })
  expect(await kept()).toMatchObject({ missing, outbox: [{ event: { id: said.id } }] })
  expect(rung).toBe(1)

  await checks.keep({ ...check, missing: [] }, [])
  expect(await kept()).toMatchObject({ missing: [], outbox: [{ event: { id: said.id } }] })
})
