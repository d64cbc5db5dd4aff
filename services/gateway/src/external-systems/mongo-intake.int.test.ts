import { testServers } from '@rounds/local-servers'
import { mongoStore } from '@rounds/mongo'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { auditKeys } from '../../test/job-deps.ts'
import { ensureIndexes } from '../http/indexes.ts'
import { intakeIndexes, mongoIntake, mongoSystems } from './mongo-intake.ts'

describe('what was not taken', () => {
  const store = mongoStore(testServers().freshDatabase(), { appName: 'intake-test' })
  const intake = mongoIntake(
    store,
    () => new Date(),
    () => {},
    auditKeys,
    { keptWhole: 2 },
  )
  const systems = mongoSystems(store)
  beforeAll(async () => {
    await store.start()
    await ensureIndexes(store, [{ indexes: intakeIndexes }])
  })
  afterAll(() => store.stop())

  const came = (_id: string, at: Date, system = 'lis') =>
    intake.keepRejection({
      _id,
      system,
      door: 'http',
      code: 'NOT_AN_EVENT',
      faults: ['/ is not an object'],
      raw: Buffer.from('no event'),
      bytes: 8,
      lastAt: at,
      expiresAt: new Date(at.getTime() + 1_000_000),
    })

  it('is counted when it comes again, and stays as long as it comes', async () => {
    await came('one', new Date(1_900_000_000_000))
    await came('one', new Date(1_900_000_060_000))

    expect(await systems.rejection('one')).toMatchObject({
      times: 2,
      firstAt: new Date(1_900_000_000_000),
      lastAt: new Date(1_900_000_060_000),
      expiresAt: new Date(1_900_001_060_000),
    })
  })

  it('is kept without what came once there is very much of it: nonsense fills no disk', async () => {
    await came('two', new Date(1_900_000_000_000))
    await came('three', new Date(1_900_000_000_000))

    expect(Buffer.from((await systems.rejection('two'))?.raw ?? []).toString()).toBe('no event')
    expect(await systems.rejection('three')).toMatchObject({ faults: ['/ is not an object'], bytes: 8 })
    expect((await systems.rejection('three'))?.raw).toHaveLength(0)
  })

  it('of one system says nothing of another: its own is kept as it came', async () => {
    await came('four', new Date(1_800_000_000_000), 'pacs')

    expect(Buffer.from((await systems.rejection('four'))?.raw ?? []).toString()).toBe('no event')
  })

  it('is listed page by page, newest first', async () => {
    const first = await systems.rejections({ limit: 1 })
    const { lastAt, _id } = first[0] ?? { lastAt: new Date(), _id: '' }
    const position = { after: lastAt.toISOString(), id: _id }
    const second = await systems.rejections({ limit: 5, position }, 'lis')

    expect([_id, ...second.map((one) => one._id)]).toEqual(['one', 'two', 'three'])
    expect(await systems.rejections({ limit: 5 }, 'ris')).toEqual([])
  })
})
