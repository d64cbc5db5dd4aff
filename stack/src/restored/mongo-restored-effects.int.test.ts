import { openLedger } from '@rounds/ledger'
import { testServers } from '@rounds/local-servers'
import { mongoStore } from '@rounds/mongo'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { restoredEffects } from './mongo-restored-effects.ts'

describe('effects in a database that was restored from a backup', () => {
  const store = mongoStore(testServers().freshDatabase(), { appName: 'restored-test' })
  const mails = openLedger<string, { kind: string; code?: string }>(store, 'deliveries', {
    repeating: 'doubtful',
  })
  const posts = openLedger<string, { kind: string; code?: string }>(store, 'posts', { repeating: 'doubtful' })
  beforeAll(() => store.start())
  afterAll(() => store.stop())

  it('are counted by a dry run, and changed by none', async () => {
    await mails.accept('dry', 'mail')
    const before = new Date(Date.now() + 1_000)
    const counted = await restoredEffects(store, { before, as: 'done', dryRun: true })
    expect(counted).toMatchObject({ mails: 1, posts: 0 })
    expect((await mails.read('dry'))?.state).toBe('waiting')
    expect(await mails.claim('dry')).toMatchObject({ attempt: 1 })
  })

  it.each([
    ['done', 'done', 'sent'],
    ['in doubt', 'in doubt', 'in doubt'],
  ] as const)('count as %s wherever they stood, and nobody does them again', async (as, state, kind) => {
    await Promise.all(['waiting', 'claimed', 'sending'].map((name) => mails.accept(`${as}-${name}`, 'mail')))
    const claimed = await mails.claim(`${as}-claimed`)
    await (await mails.claim(`${as}-sending`))?.intend()
    await posts.accept(`${as}-post`, 'post')
    const finished = await mails.accept(`${as}-finished`, 'mail')
    await (await mails.claim(finished.work.key))?.settle({
      state: 'failed',
      outcome: { kind: 'failed' },
      says: [],
    })

    const before = new Date(Date.now() + 1_000)
    expect((await restoredEffects(store, { before, as, dryRun: false })).posts).toBe(1)

    for (const name of ['waiting', 'claimed', 'sending']) {
      expect(await mails.read(`${as}-${name}`)).toMatchObject({ state, outcome: { kind, code: 'RESTORED' } })
      expect(await mails.claim(`${as}-${name}`)).toBeUndefined()
    }
    await expect(
      claimed?.settle({ state: 'done', outcome: { kind: 'sent' }, says: [] }),
    ).rejects.toMatchObject({ name: 'LostClaimError' })
    expect(await mails.read(`${as}-finished`)).toMatchObject({ state: 'failed' })
    const again = await restoredEffects(store, { before, as, dryRun: false })
    expect(again).toMatchObject({ mails: 0, posts: 0 })
  })

  it('of after that moment are done as ever, and what is still being listed is named', async () => {
    const lists = openLedger<string, string>(store, 'batches', { repeating: 'safe' })
    await lists.accept('campaign-1', 'list')
    await mails.accept('later', 'mail')
    const long = new Date(Date.now() - 60_000)
    expect(await restoredEffects(store, { before: long, as: 'done', dryRun: false })).toEqual({
      mails: 0,
      posts: 0,
      openLists: [],
    })
    expect(await mails.claim('later')).toMatchObject({ attempt: 1 })
    const soon = new Date(Date.now() + 1_000)
    expect((await restoredEffects(store, { before: soon, as: 'done', dryRun: true })).openLists).toEqual([
      'campaign-1',
    ])
  })
})
