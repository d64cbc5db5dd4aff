import { reportStarted } from '@rounds/contracts'
import { eventMaker } from '@rounds/messaging'
import { afterEach, describe, expect, it } from 'vitest'
import { type Claim, type Ledger, LostClaimError } from '../src/ledger.ts'

export interface Input {
  readonly text: string
  readonly lane?: string
  readonly group?: string
}
export type Outcome = { readonly result: string }

/** How a ledger under test tells lanes and groups. */
export const sorting = { laneOf: ({ lane }: Input) => lane ?? 'usual', groupBy: 'group' }

/** A ledger under test, and a way for its time to pass. */
export interface Opened {
  readonly ledger: Ledger<Input, Outcome>
  /** The ids of everything in this work's outbox. */
  said(key: string): Promise<readonly string[]>
  pass(ms: number): Promise<void>
  close(): Promise<void>
}

/** Leases are as short as this, so that one which should run out does so while we watch. */
export const leaseMs = 300

/** Every ledger passes this. */
export function ledgerContract(name: string, open: (repeating: 'safe' | 'doubtful') => Promise<Opened>) {
  describe(name, () => {
    const opened: Opened[] = []
    afterEach(async () => {
      await Promise.all(opened.splice(0).map((one) => one.close()))
    })

    async function setUp(repeating: 'safe' | 'doubtful' = 'safe') {
      const world = await open(repeating)
      opened.push(world)
      const { ledger, pass } = world
      return {
        ...world,
        leaseOver: async () => {
          await pass(leaseMs + 50)
          return ledger.sweep()
        },
        accepted: (key: string, text = 'text') => ledger.accept(key, { text }),
        taken: async (key: string): Promise<Claim<Input, Outcome>> => {
          await ledger.accept(key, { text: 'text' })
          const claim = await ledger.claim(key)
          if (!claim) throw new Error(`${key} could not be claimed`)
          return claim
        },
        stateOf: async (key: string) => (await ledger.read(key))?.state,
      }
    }

    describe('accepting', () => {
      it('writes work down once: the first input wins', async () => {
        const { ledger, accepted } = await setUp()
        const first = await accepted('a', 'first')
        const second = await accepted('a', 'second')

        expect(first).toMatchObject({
          isNew: true,
          work: { state: 'waiting', attempts: 0, input: { text: 'first' } },
        })
        expect(second).toMatchObject({ isNew: false, work: { input: { text: 'first' } } })
        expect(await ledger.read('a')).toEqual(first.work)
      })

      it('writes one down of many that come at once', async () => {
        const { accepted } = await setUp()
        const all = await Promise.all(Array.from({ length: 30 }, (_, n) => accepted('a', `${n}`)))
        expect(all.filter(({ isNew }) => isNew)).toHaveLength(1)
        expect(new Set(all.map(({ work }) => work.input.text)).size).toBe(1)
      })

      it('tells each of many who come at once whether theirs is the first', async () => {
        const { accepted } = await setUp()
        await Promise.all([accepted('2', 'old'), accepted('5', 'old')])
        const all = await Promise.all(Array.from({ length: 8 }, (_, n) => accepted(`${n}`, `${n}`)))
        expect(
          all.map(({ isNew, work }) => (isNew ? work.input.text : `${work.input.text} ${work.key}`)),
        ).toEqual(['0', '1', 'old 2', '3', '4', 'old 5', '6', '7'])
      })

      it('says what is to be said with the first and with no other', async () => {
        const { ledger, said } = await setUp()
        await ledger.accept('a', { text: '' }, [event('one'), event('two')])
        await ledger.accept('a', { text: '' }, [event('three')])
        expect(await said('a')).toEqual(['one', 'two'])
      })

      it('keeps data that begins with a dollar as it is', async () => {
        const { ledger, accepted, taken } = await setUp()
        await accepted('$_id', '$state')
        const claim = await taken('$_id')
        await claim.settle({ state: 'done', outcome: { result: '$$NOW' }, says: [] })
        expect(await ledger.read('$_id')).toMatchObject({
          input: { text: '$state' },
          outcome: { result: '$$NOW' },
        })
      })

      it('knows nothing of a key that nobody wrote down', async () => {
        const { ledger } = await setUp()
        expect(await ledger.read('a')).toBeUndefined()
        expect(await ledger.claim('a')).toBeUndefined()
        expect(await ledger.claimNext()).toBeUndefined()
      })
    })

    describe('accepting and taking in hand at once', () => {
      it('leaves new work claimed, once written down, and says what is to be said', async () => {
        const { ledger, said } = await setUp()
        const claim = await ledger.acceptInHand('a', { text: '$state' }, [event('one')])
        expect(claim).toMatchObject({
          key: 'a',
          fence: 1,
          attempt: 1,
          interrupted: false,
          input: { text: '$state' },
        })
        expect(await ledger.read('a')).toMatchObject({
          state: 'claimed',
          fence: 1,
          attempts: 1,
          input: { text: '$state' },
        })
        expect(await ledger.claimNext()).toBeUndefined()
        await claim?.settle({ ...finished, says: [event('two')] })
        expect(await said('a')).toEqual(['one', 'two'])
      })

      it('leaves known work alone, whatever became of it', async () => {
        const { ledger, accepted, taken, said, stateOf } = await setUp()
        await accepted('waiting')
        await taken('claimed')
        await (await taken('done')).settle(finished)
        await ledger.cancel('cancelled', { text: '' })
        for (const state of ['waiting', 'claimed', 'done', 'cancelled']) {
          expect(await ledger.acceptInHand(state, { text: 'another' }, [event('no')])).toBeUndefined()
          expect([await stateOf(state), await said(state)]).toEqual([state, []])
        }
      })

      it('lets one win of many who bring the same work at once', async () => {
        const { ledger, accepted } = await setUp()
        const [claims, works] = await Promise.all([
          Promise.all(Array.from({ length: 20 }, () => ledger.acceptInHand('a', { text: 'held' }))),
          Promise.all(Array.from({ length: 20 }, () => accepted('a'))),
        ])
        const won = [...claims.filter((one) => one !== undefined), ...works.filter(({ isNew }) => isNew)]
        expect(won).toHaveLength(1)
      })

      it('holds it under a lease, and refuses who was taken over', async () => {
        const { ledger, leaseOver } = await setUp()
        const claim = await ledger.acceptInHand('a', { text: '' })
        expect(await ledger.sweep()).toEqual({ returned: 0, doubted: 0 })
        expect(await leaseOver()).toEqual({ returned: 1, doubted: 0 })
        expect(await ledger.claim('a')).toMatchObject({ fence: 2, attempt: 2 })
        await expect(claim?.settle(finished)).rejects.toThrow(LostClaimError)
      })

      it('can be renewed and called off like any other', async () => {
        const { ledger } = await setUp()
        const claim = await ledger.acceptInHand('a', { text: '' })
        await ledger.cancel('a', { text: '' })
        expect(claim && (await ledger.renew([claim]))).toEqual({ lost: [], cancelAsked: ['a'] })
      })
    })

    describe('claiming', () => {
      it('lets one of 50 workers win who race for a key', async () => {
        const { ledger, accepted } = await setUp()
        await accepted('a')
        const claims = await Promise.all(
          Array.from({ length: 50 }, (_, n) => (n % 2 ? ledger.claim('a') : ledger.claimNext())),
        )
        expect(claims.filter((claim) => claim !== undefined)).toHaveLength(1)
      })

      it('gives 50 workers 50 different pieces of work', async () => {
        const { ledger, accepted } = await setUp()
        await Promise.all(Array.from({ length: 50 }, (_, n) => accepted(`${n}`)))
        const claims = await Promise.all(Array.from({ length: 50 }, () => ledger.claimNext()))
        expect(new Set(claims.map((claim) => claim?.key)).size).toBe(50)
      })

      it('takes what has been due longest', async () => {
        const { ledger, accepted, pass } = await setUp()
        await accepted('later')
        const early = await ledger.claim('later')
        await early?.settle({ state: 'waiting', reason: 'busy', afterMs: 100 })
        await pass(5)
        await accepted('sooner')
        await pass(110)
        expect((await ledger.claimNext())?.key).toBe('sooner')
        expect((await ledger.claimNext())?.key).toBe('later')
      })

      it('gives whoever has room for many what has been due longest, each to one', async () => {
        const { ledger, accepted } = await setUp()
        for (let n = 0; n < 12; n++) await accepted(`${n}`.padStart(2, '0'))
        const first = await ledger.claimMany(4)
        expect(first.map(({ key }) => key).sort()).toEqual(['00', '01', '02', '03'])
        expect(first[0]).toMatchObject({ fence: 1, attempt: 1, interrupted: false, input: { text: 'text' } })
        const others = await Promise.all([ledger.claimMany(3), ledger.claimMany(3), ledger.claimMany(3)])
        expect(new Set(others.flat().map(({ key }) => key)).size).toBe(8)
        expect(await ledger.claimMany(3)).toEqual([])
        await Promise.all([...first, ...others.flat()].map((claim) => claim.settle(finished)))
        expect((await ledger.read('11'))?.state).toBe('done')
      })

      it('answers each of many who claim many keys at once', async () => {
        const { ledger, accepted } = await setUp()
        const keys = Array.from({ length: 20 }, (_, n) => `${n}`)
        await Promise.all(keys.map((key) => accepted(key, key)))
        const claims = await Promise.all([...keys, 'unknown', ...keys].map((key) => ledger.claim(key)))
        expect(claims.slice(0, 20).map((claim) => [claim?.key, claim?.input.text])).toEqual(
          keys.map((key) => [key, key]),
        )
        expect(claims.slice(20).every((claim) => claim === undefined)).toBe(true)
      })

      it('counts claims in the fence and in the attempts', async () => {
        const { ledger, taken, leaseOver } = await setUp()
        expect(await taken('a')).toMatchObject({
          fence: 1,
          attempt: 1,
          interrupted: false,
          input: { text: 'text' },
        })
        await leaseOver()
        expect(await ledger.claim('a')).toMatchObject({ fence: 2, attempt: 2 })
        expect(await ledger.read('a')).toMatchObject({ fence: 2, attempts: 2, state: 'claimed' })
      })

      it('takes nothing that is settled', async () => {
        const { ledger, taken } = await setUp()
        await (await taken('a')).settle({ state: 'failed', outcome: { result: 'no' }, says: [] })
        expect(await ledger.claim('a')).toBeUndefined()
        expect((await ledger.read('a'))?.settledAt).toBeInstanceOf(Date)
      })
    })

    describe('settling', () => {
      it('writes outcome and events together, and once', async () => {
        const { ledger, taken, said } = await setUp()
        const claim = await taken('a')
        await claim.say([event('started')])
        await claim.intend()
        await claim.settle({ state: 'done', outcome: { result: 'file' }, says: [event('completed')] })
        await expect(
          claim.settle({ state: 'failed', outcome: { result: '' }, says: [event('failed')] }),
        ).rejects.toThrow(LostClaimError)
        expect(await ledger.read('a')).toMatchObject({ state: 'done', outcome: { result: 'file' } })
        expect(await said('a')).toEqual(['started', 'completed'])
      })

      it('tells of many endings at once exactly which were refused', async () => {
        const { ledger, taken, leaseOver, said } = await setUp()
        const lost = [await taken('a'), await taken('b')]
        await leaseOver()
        const ours = [await taken('a'), await taken('c'), await taken('d')]
        const endings = await Promise.allSettled(
          [...lost, ...ours].map((claim) =>
            claim.settle({ ...finished, says: [event(`${claim.key}${claim.fence}`)] }),
          ),
        )
        expect(endings.map(({ status }) => status)).toEqual([
          'rejected',
          'rejected',
          'fulfilled',
          'fulfilled',
          'fulfilled',
        ])
        const saidOf = async (key: string) => (await said(key)).filter((id) => id.startsWith(key))
        expect(await Promise.all(['a', 'b', 'c', 'd'].map(saidOf))).toEqual([['a2'], [], ['c1'], ['d1']])
        expect((await ledger.read('b'))?.state).toBe('waiting')
      })

      it('tells of words and intentions among many exactly which were refused', async () => {
        const { taken, leaseOver, said } = await setUp()
        const lost = await taken('a')
        await leaseOver()
        const [ours, other] = [await taken('b'), await taken('c')]
        const ends = await Promise.allSettled([
          lost.say([event('a1')]),
          ours.say([event('b1'), event('b2')]),
          lost.intend(),
          other.intend(),
          ours.settle(finished),
        ])
        expect(ends.map(({ status }) => status)).toEqual([
          'rejected',
          'fulfilled',
          'rejected',
          'fulfilled',
          'fulfilled',
        ])
        expect((await said('a')).filter((id) => id === 'a1')).toEqual([])
        expect(await said('b')).toEqual(['b1', 'b2'])
      })

      it('keeps the order of what one worker says without waiting for answers', async () => {
        const { taken, said, stateOf } = await setUp()
        const claim = await taken('a')
        const others = await Promise.all(['b', 'c', 'd'].map((key) => taken(key)))
        await Promise.all([
          claim.say([event('one')]),
          ...others.map((other) => other.intend()),
          claim.say([event('two')]),
          claim.settle({ ...finished, says: [event('three')] }),
        ])
        expect(await said('a')).toEqual(['one', 'two', 'three'])
        expect(await stateOf('a')).toBe('done')
      })

      it('waits after a temporary failure until the next attempt is due', async () => {
        const { ledger, taken, pass } = await setUp()
        const claim = await taken('a')
        await claim.intend()
        await claim.settle({ state: 'waiting', reason: 'busy', afterMs: 200 })

        expect(await ledger.claim('a')).toBeUndefined()
        expect(await ledger.claimNext()).toBeUndefined()
        await pass(250)
        expect(await ledger.claimNext()).toMatchObject({ attempt: 2, interrupted: false })
      })

      it('does not count an attempt that was not its fault', async () => {
        const { ledger, taken } = await setUp()
        const claim = await taken('a')
        await claim.settle({ state: 'abandoned', reason: 'stopping', afterMs: 0, uncounted: true })
        expect(await ledger.claim('a')).toMatchObject({ attempt: 1, fence: 2 })
      })

      it('keeps doubt where somebody stopped after intending and repeating is doubtful', async () => {
        const { taken, stateOf } = await setUp('doubtful')
        const [before, after] = [await taken('before'), await taken('after')]
        await after.intend()
        await before.settle({ state: 'abandoned', reason: 'stopping', afterMs: 0 })
        await after.settle({ state: 'abandoned', reason: 'stopping', afterMs: 0 })
        expect([await stateOf('before'), await stateOf('after')]).toEqual(['waiting', 'in doubt'])
      })
    })

    describe('leases', () => {
      it('returns work to waiting whose lease is over before sending', async () => {
        const { taken, leaseOver, stateOf } = await setUp('doubtful')
        await taken('a')
        expect(await leaseOver()).toEqual({ returned: 1, doubted: 0 })
        expect(await stateOf('a')).toBe('waiting')
      })

      it('lists work as in doubt whose lease is over while sending', async () => {
        const { ledger, taken, leaseOver } = await setUp('doubtful')
        await (await taken('a')).intend()
        expect(await leaseOver()).toEqual({ returned: 0, doubted: 1 })
        expect(await ledger.read('a')).toMatchObject({ state: 'in doubt', settledAt: expect.any(Date) })
        expect(await ledger.claimNext()).toBeUndefined()
      })

      it('returns it to waiting where repeating is safe, and tells the heir', async () => {
        const { ledger, taken, leaseOver } = await setUp('safe')
        await (await taken('a')).intend()
        expect(await leaseOver()).toEqual({ returned: 1, doubted: 0 })
        expect(await ledger.claim('a')).toMatchObject({ interrupted: true, attempt: 2 })
      })

      it('lets work keep its place that lost its worker, but not again and again: it may be what ends them', async () => {
        const { ledger, accepted, taken, leaseOver } = await setUp()
        await taken('first')
        await accepted('second')
        for (const attempt of [2, 3, 4, 5]) {
          await leaseOver()
          expect(await ledger.claimNext()).toMatchObject({ key: 'first', attempt })
        }
        await leaseOver()
        expect(await ledger.claimNext()).toMatchObject({ key: 'second', attempt: 1 })
        expect(await ledger.claimNext()).toMatchObject({ key: 'first', attempt: 6 })
      })

      it('leaves work alone whose lease runs', async () => {
        const { ledger, taken, stateOf } = await setUp()
        await taken('a')
        expect(await ledger.sweep()).toEqual({ returned: 0, doubted: 0 })
        expect(await stateOf('a')).toBe('claimed')
      })

      it('refuses every write of a worker that was taken over', async () => {
        const { ledger, taken, leaseOver, said, stateOf } = await setUp()
        const zombie = await taken('a')
        await leaseOver()
        const heir = await ledger.claim('a')

        await expect(zombie.intend()).rejects.toThrow(LostClaimError)
        await expect(zombie.say([event('late')])).rejects.toThrow(LostClaimError)
        await expect(
          zombie.settle({ state: 'failed', outcome: { result: '' }, says: [event('late')] }),
        ).rejects.toThrow(LostClaimError)
        await expect(zombie.settle({ state: 'waiting', reason: '', afterMs: 0 })).rejects.toThrow(
          LostClaimError,
        )
        expect(await stateOf('a')).toBe('claimed')
        expect(await said('a')).toEqual([])
        await heir?.settle({ state: 'done', outcome: { result: 'sent' }, says: [] })
        expect(await stateOf('a')).toBe('done')
      })

      it('refuses them also before an heir came', async () => {
        const { taken, leaseOver, stateOf } = await setUp()
        const zombie = await taken('a')
        await leaseOver()
        await expect(zombie.intend()).rejects.toThrow(LostClaimError)
        expect(await stateOf('a')).toBe('waiting')
      })

      it('prolongs many leases in one write, and tells which are lost', async () => {
        const { ledger, taken, leaseOver, pass, stateOf } = await setUp()
        const lost = await taken('lost')
        await leaseOver()
        await ledger.claim('lost')
        const [a, b] = [await taken('a'), await taken('b')]
        await pass(leaseMs - 100)
        expect(await ledger.renew([lost, a, b])).toEqual({ lost: ['lost'], cancelAsked: [] })
        await pass(leaseMs - 100)
        await ledger.sweep()
        expect([await stateOf('a'), await stateOf('b')]).toEqual(['claimed', 'claimed'])
        expect(await stateOf('lost')).toBe('waiting')
        expect(await ledger.renew([])).toEqual({ lost: [], cancelAsked: [] })
      })
    })

    describe('calling off', () => {
      it('cancels at once what waits', async () => {
        const { ledger, accepted } = await setUp()
        await accepted('a')
        expect(await ledger.cancel('a', { text: '' })).toBe('cancelled')
        expect(await ledger.claimNext()).toBeUndefined()
        expect((await ledger.read('a'))?.settledAt).toBeInstanceOf(Date)
      })

      it('asks whoever has it in hand, and lets them end it', async () => {
        const { ledger, taken, stateOf } = await setUp()
        const claim = await taken('a')
        const other = await taken('b')
        expect(await ledger.cancel('a', { text: '' })).toBe('claimed')
        expect(await ledger.look([claim, other])).toEqual({ lost: [], cancelAsked: ['a'] })
        expect(await ledger.renew([claim, other])).toEqual({ lost: [], cancelAsked: ['a'] })

        await claim.settle({ state: 'cancelled', outcome: { result: '' }, says: [] })
        expect(await stateOf('a')).toBe('cancelled')
      })

      it('cancels work that would wait again', async () => {
        const { ledger, taken, leaseOver, stateOf } = await setUp()
        const putBack = await taken('put back')
        await taken('lease over')
        await ledger.cancel('put back', { text: '' })
        await ledger.cancel('lease over', { text: '' })
        await putBack.settle({ state: 'waiting', reason: 'busy', afterMs: 0 })
        await leaseOver()
        expect([await stateOf('put back'), await stateOf('lease over')]).toEqual(['cancelled', 'cancelled'])
      })

      it('keeps a key that it did not know, for the request that comes after its own cancellation', async () => {
        const { ledger, accepted } = await setUp()
        expect(await ledger.cancel('a', { text: 'called off' })).toBe('cancelled')
        expect(await accepted('a')).toMatchObject({ isNew: false, work: { state: 'cancelled' } })
        expect(await ledger.claim('a')).toBeUndefined()
      })

      it('leaves what is settled as it is', async () => {
        const { ledger, taken } = await setUp()
        await (await taken('a')).settle({ state: 'done', outcome: { result: 'file' }, says: [] })
        expect(await ledger.cancel('a', { text: '' })).toBe('done')
        expect(await ledger.read('a')).toMatchObject({ cancelAsked: false, outcome: { result: 'file' } })
      })
    })

    describe('lanes', () => {
      it('gives whoever works in one lane nothing of another', async () => {
        const { ledger } = await setUp()
        await ledger.accept('slow', { text: '', lane: 'bulk' })
        await ledger.accept('quick', { text: '', lane: 'care' })
        expect((await ledger.claimMany(5, 'care')).map(({ key }) => key)).toEqual(['quick'])
        expect(await ledger.claimMany(1, 'care')).toEqual([])
        expect((await ledger.claimMany(1, 'bulk')).map(({ key }) => key)).toEqual(['slow'])
      })

      it('moves what waits of a group to another lane and back, and leaves alone what is in hand', async () => {
        const { ledger } = await setUp()
        for (const key of ['a', 'b', 'c']) await ledger.accept(key, { text: '', lane: 'bulk', group: 'g' })
        await ledger.accept('other', { text: '', lane: 'bulk', group: 'h' })
        const [inHand] = await ledger.claimMany(1, 'bulk')
        expect(await ledger.changeLane('g', 'bulk', 'held')).toBe(2)
        expect((await ledger.claimMany(9, 'bulk')).map(({ key }) => key)).toEqual(['other'])
        await inHand?.settle({ state: 'waiting', reason: 'busy', afterMs: 0 })
        expect((await ledger.claimMany(9, 'bulk')).map(({ key }) => key)).toEqual([inHand?.key])
        expect(await ledger.changeLane('g', 'held', 'bulk')).toBe(2)
        expect(await ledger.claimMany(9, 'bulk')).toHaveLength(2)
      })
    })

    describe('calling off a group', () => {
      it('cancels what waits with an outcome, asks what is in hand, and leaves the rest', async () => {
        const { ledger, stateOf } = await setUp()
        for (const key of ['done', 'held', 'a', 'b'])
          await ledger.accept(key, { text: '', lane: 'bulk', group: 'g' })
        await ledger.accept('other', { text: '', group: 'h' })
        await (await ledger.claim('done'))?.settle(finished)
        const inHand = await ledger.claim('held')
        if (!inHand) throw new Error('it could not be claimed')

        expect(await ledger.cancelGroup('g', { result: 'called off' })).toBe(3)
        expect(await ledger.cancelGroup('g', { result: 'again' })).toBe(0)

        expect(await ledger.read('a')).toMatchObject({
          state: 'cancelled',
          outcome: { result: 'called off' },
          settledAt: expect.any(Date),
        })
        expect([await stateOf('done'), await stateOf('held'), await stateOf('other')]).toEqual([
          'done',
          'claimed',
          'waiting',
        ])
        expect((await ledger.read('held'))?.outcome).toBeUndefined()
        expect(await ledger.look([inHand])).toEqual({ lost: [], cancelAsked: ['held'] })
        await ledger.accept('late', { text: '', group: 'g' })
        expect(await ledger.cancelGroup('g', { result: 'called off' })).toBe(1)
      })

      it('leaves to its worker what was interrupted once: it may have happened', async () => {
        const { ledger } = await setUp('doubtful')
        for (const key of ['waits', 'held']) {
          await ledger.accept(key, { text: '', group: 'g' })
          const claim = await ledger.claim(key)
          await claim?.intend()
          await claim?.settle({ state: 'abandoned', reason: 'no answer', afterMs: 0 })
          await ledger.resolve(key, { state: 'waiting', outcome: { result: 'anew' }, says: [] }, 'a person')
        }
        const inHand = await ledger.claim('held')

        expect(await ledger.cancelGroup('g', { result: 'called off' })).toBe(0)
        expect(await ledger.read('waits')).toMatchObject({ state: 'waiting', cancelAsked: false })
        expect(await ledger.look(inHand ? [inHand] : [])).toEqual({ lost: [], cancelAsked: [] })
      })

      it('makes what was interrupted once due, so that its worker says so now and not at its next attempt', async () => {
        const { ledger } = await setUp('doubtful')
        await ledger.accept('waits', { text: '', group: 'g' })
        const claim = await ledger.claim('waits')
        await claim?.intend()
        await claim?.settle({ state: 'abandoned', reason: 'no answer', afterMs: 0 })
        await ledger.resolve('waits', { state: 'waiting', outcome: { result: 'anew' }, says: [] }, 'a person')
        await (await ledger.claim('waits'))?.settle({ state: 'waiting', reason: 'busy', afterMs: 3_600_000 })
        expect(await ledger.claim('waits')).toBeUndefined()

        await ledger.cancelGroup('g', { result: 'called off' })
        expect(await ledger.claim('waits')).toMatchObject({ key: 'waits', interruptions: 1 })
      })
    })

    describe('noting', () => {
      it('keeps how far it is, for whoever looks and for whoever takes over', async () => {
        const { ledger, taken, leaseOver } = await setUp()
        const claim = await taken('a')
        await claim.note({ result: '$half' })
        expect(await ledger.read('a')).toMatchObject({ state: 'claimed', outcome: { result: '$half' } })
        await leaseOver()
        expect((await ledger.claim('a'))?.outcome).toEqual({ result: '$half' })
        await expect(claim.note({ result: 'late' })).rejects.toThrow(LostClaimError)
      })
    })

    describe('deciding about doubt', () => {
      const doubt = { state: 'in doubt', outcome: { result: 'silence' }, says: [] } as const

      it.each(['done', 'failed', 'cancelled', 'in doubt'] as const)(
        'can end it as %s, once',
        async (state) => {
          const { ledger, taken, said } = await setUp('doubtful')
          await (await taken('a')).settle(doubt)
          const decision = { state, outcome: { result: 'known' }, says: [event('resolved')] }
          expect(await ledger.resolve('a', decision, 'decision-1')).toBe(true)
          expect(await ledger.resolve('a', decision, 'decision-1')).toBe(false)
          expect(await ledger.read('a')).toMatchObject({ state, outcome: { result: 'known' } })
          expect((await ledger.read('a'))?.settledAt).toBeInstanceOf(Date)
          expect(await said('a')).toEqual(['resolved'])
        },
      )

      it('can let it be done again, and the same decision not twice', async () => {
        const { ledger, taken, leaseOver } = await setUp('doubtful')
        await (await taken('a')).intend()
        await leaseOver()
        const again = { state: 'waiting', outcome: { result: 'once more' }, says: [] } as const
        expect(await ledger.resolve('a', again, 'decision-1')).toBe(true)
        expect((await ledger.read('a'))?.settledAt).toBeUndefined()
        const claim = await ledger.claim('a')
        expect(claim).toMatchObject({ attempt: 2, interruptions: 1, outcome: { result: 'once more' } })
        await claim?.intend()
        expect(await leaseOver()).toEqual({ returned: 0, doubted: 1 })
        expect(await ledger.resolve('a', again, 'decision-1')).toBe(false)
        expect(await ledger.resolve('a', again, 'decision-2')).toBe(true)
        expect(await ledger.claim('a')).toMatchObject({ attempt: 3, interruptions: 2 })
      })

      it('touches nothing that is not in doubt', async () => {
        const { ledger, taken, accepted, stateOf } = await setUp('doubtful')
        await accepted('waits')
        await taken('held')
        await (await taken('done')).settle(finished)
        const decision = { state: 'cancelled', outcome: { result: '' }, says: [] } as const
        for (const key of ['waits', 'held', 'done', 'unknown'])
          expect(await ledger.resolve(key, decision, 'decision-1')).toBe(false)
        expect([await stateOf('waits'), await stateOf('held'), await stateOf('done')]).toEqual([
          'waiting',
          'claimed',
          'done',
        ])
      })

      it('does not let go again what was called off', async () => {
        const { ledger, taken, leaseOver, stateOf } = await setUp('doubtful')
        await (await taken('a')).intend()
        await ledger.cancel('a', { text: '' })
        await leaseOver()
        expect(await stateOf('a')).toBe('in doubt')
        await ledger.resolve('a', { state: 'waiting', outcome: { result: '' }, says: [] }, 'decision-1')
        expect(await stateOf('a')).toBe('cancelled')
      })
    })

    describe('expiring', () => {
      it('keeps the key, so that the work is never done again', async () => {
        const { ledger, taken, accepted, said } = await setUp()
        await (await taken('a')).settle({ state: 'done', outcome: { result: 'file' }, says: [] })
        expect(await ledger.expire('a', [event('expired')])).toBe(true)
        expect(await ledger.expire('a', [event('again')])).toBe(false)
        expect(await accepted('a')).toMatchObject({ isNew: false, work: { state: 'expired' } })
        expect(await said('a')).toEqual(['expired'])
      })

      it('refuses what is not settled', async () => {
        const { ledger, accepted, stateOf } = await setUp()
        await accepted('a')
        expect(await ledger.expire('a', [])).toBe(false)
        expect(await ledger.expire('unknown', [])).toBe(false)
        expect(await stateOf('a')).toBe('waiting')
      })
    })
  })
}

const finished = { state: 'done', outcome: { result: 'file' }, says: [] } as const
const make = eventMaker('reports')
export const event = (id: string) => make(reportStarted, { reportId: 'a', attempt: 1 }, undefined, { id })
