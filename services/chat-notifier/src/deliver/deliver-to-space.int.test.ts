import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ChatWorld, openChatWorld } from '../../test/chat-world.ts'

let world: ChatWorld
beforeEach(async () => {
  world = await openChatWorld()
  await world.visits(...visits)
})
afterEach(() => world.close())

const visits = Array.from({ length: 12 }, (_, n) => ({ _id: `visit-${n}` }))
const first = 'visit-0'
const inMinutes = (minutes: number) => () => new Date(Date.now() + minutes * 60_000)

describe("a space's turn", () => {
  it('tells one post as a card, keeps the name of the message, and says so', async () => {
    await world.space('a')
    const key = await world.want('a', first)
    await world.teller().takeTurn('a')

    const { stands, outcome, says } = await world.post(key)
    expect([stands, says]).toEqual(['posted', ['chat.posted']])
    expect(outcome).toMatchObject({ kind: 'posted', message: 'spaces/a/messages/m1' })
    expect(world.door.messages('a')).toMatchObject([{ message: { thread: { threadKey: first } } }])
    expect(JSON.stringify(world.door.messages('a'))).not.toContain('cough')
  })

  it('tells a burst in one message, and keeps its name with each post', async () => {
    await world.space('a')
    const keys = await Promise.all(visits.map(({ _id }) => world.want('a', _id)))
    await world.teller().takeTurn('a')

    expect(world.door.messages('a').map(({ message }) => message?.text)).toEqual([
      '*12 appointments checked*',
    ])
    for (const key of keys)
      expect((await world.post(key)).outcome).toMatchObject({ message: 'spaces/a/messages/m1', digestOf: 12 })
  })

  it('does not come before a second has gone by since the answer', async () => {
    await world.space('a')
    await world.want('a', first)
    const teller = world.teller()
    await teller.takeTurn('a')
    await world.want('a', 'visit-1')
    const { afterMs, isMore } = await teller.takeTurn('a')
    expect(afterMs).toBeGreaterThan(500)
    expect(isMore).toBe(true)
    expect(world.door.visits).toHaveLength(1)
  })

  it('tells a test by itself, with who asked, also in a space that is off', async () => {
    await world.space('a', { active: false })
    await world.person('admin', 'Asha Admin')
    const key = await world.want('a', first, { kind: 'test', triedBy: 'admin' })
    await world.teller().takeTurn('a')
    expect(await world.stands(key)).toBe('posted')
    expect(world.door.messages('a')[0]?.message?.text).toBe('*Test message* · Asked for by: Asha Admin')
  })

  it('lists what is too old and does not post it', async () => {
    await world.space('a')
    const key = await world.want('a', first, { at: new Date(Date.now() - 31 * 60_000) })
    await world.teller().takeTurn('a')
    const { outcome, says } = await world.post(key)
    expect([outcome?.kind, outcome?.code, says]).toEqual(['stale', 'STALE', ['chat.failed']])
    expect(world.door.visits).toEqual([])
  })

  it('lists what became too old while 429 kept it waiting, and does not post it', async () => {
    await world.space('a')
    const key = await world.want('a', first)
    world.door.next('a', { kind: 'answer', status: 429 })
    await world.teller().takeTurn('a')
    await world.leaseOver()
    await world.teller({ now: inMinutes(31) }).takeTurn('a')
    expect((await world.post(key)).outcome).toMatchObject({ kind: 'stale', code: 'STALE' })
    expect(world.door.messages()).toEqual([])
  })

  it('asks again under its id for what became too old while nobody knew whether it arrived', async () => {
    await world.space('a')
    const key = await world.want('a', first)
    world.door.next('a', { kind: 'answer', status: 503 })
    await world.teller().takeTurn('a')
    await world.leaseOver()
    await world.teller({ now: inMinutes(31) }).takeTurn('a')
    expect(await world.stands(key)).toBe('posted')
    expect(new Set(world.door.visits.map(({ requestId }) => requestId)).size).toBe(1)
  })

  it('puts the posts of a removed space away, which has no webhook any more', async () => {
    await world.space('a')
    await world.removeSpace('a')
    const key = await world.want('a', first)
    await world.teller().takeTurn('a')
    expect((await world.post(key)).outcome).toMatchObject({ kind: 'cancelled', code: 'SPACE_REMOVED' })
  })

  it('ends the post that is on its way while its space is removed', async () => {
    await world.space('a')
    const key = await world.want('a', first)
    const { chat } = world.parts
    const slow: typeof chat = {
      ...chat,
      async post(post) {
        await world.removeSpace('a')
        return chat.post(post)
      },
    }
    await world.teller({ chat: slow }).takeTurn('a')
    expect(await world.stands(key)).toBe('posted')
  })

  it('leaves to a person what may have left before its space was removed', async () => {
    await world.space('a')
    const key = await world.want('a', first)
    world.door.next('a', { kind: 'answer', status: 503, takes: true })
    await world.teller().takeTurn('a')
    await world.removeSpace('a')
    await world.leaseOver()
    await world.teller().takeTurn('a')
    expect((await world.post(key)).outcome).toMatchObject({
      kind: 'in doubt',
      code: 'SPACE_REMOVED_AFTER_DOUBT',
    })
    expect(world.door.visits).toHaveLength(1)
  })

  it('puts them away also where the space was stopped before', async () => {
    await world.space('a')
    const key = await world.want('a', first)
    world.door.next('a', { kind: 'answer', status: 404 })
    await world.teller().takeTurn('a')
    await world.leaseOver()
    await world.removeSpace('a')
    await world.teller().takeTurn('a')
    expect((await world.post(key)).outcome).toMatchObject({ kind: 'cancelled', code: 'SPACE_REMOVED' })
    expect(world.door.visits).toHaveLength(1)
  })

  it('says nothing when it slept until its turn is nearly over, and is told once by the next', async () => {
    await world.space('a')
    const key = await world.want('a', first)
    const { turns } = world.parts
    const sleepy: typeof turns = {
      ...turns,
      async take(...wish) {
        const turn = await turns.take(...wish)
        return turn && { ...turn, since: turn.since - 17_000 }
      },
    }
    await world.teller({ turns: sleepy }).takeTurn('a')
    expect(world.door.visits).toEqual([])
    expect(await world.stands(key)).toBe('waiting')
    await world.leaseOver()
    await world.teller().takeTurn('a')
    expect(world.door.messages('a')).toHaveLength(1)
    expect(await world.stands(key)).toBe('posted')
  })

  it('waits as long as 429 says, and tells what has come meanwhile as well', async () => {
    await world.space('a')
    await world.want('a', first)
    world.door.next('a', { kind: 'answer', status: 429, headers: { 'retry-after': '30' } })
    const teller = world.teller()
    expect((await teller.takeTurn('a')).afterMs).toBe(30_000)
    expect((await teller.takeTurn('a')).afterMs).toBeGreaterThan(29_000)
    await world.want('a', 'visit-1')
    await world.leaseOver()
    await teller.takeTurn('a')
    expect(world.door.messages('a').map(({ message }) => message?.text)).toEqual(['*2 appointments checked*'])
  })

  it('asks again under the same id when nobody knows, before what has come meanwhile', async () => {
    await world.space('a')
    await Promise.all([world.want('a', first), world.want('a', 'visit-1')])
    world.door.next('a', { kind: 'answer', status: 503, takes: true }, { kind: 'reset', afterBytes: 10 })
    const teller = world.teller()
    await teller.takeTurn('a')
    await world.want('a', 'visit-2')
    for (let turn = 0; turn < 3; turn++) {
      await world.leaseOver()
      await teller.takeTurn('a')
    }
    expect(new Set(world.door.visits.slice(0, 3).map(({ requestId }) => requestId)).size).toBe(1)
    expect(world.door.messages('a').map(({ message }) => message?.fallbackText)).toEqual([
      '2 appointments checked',
      expect.stringContaining('Appointment checked'),
    ])
    expect(await world.standing()).toEqual({ posted: 3 })
  })

  it('does not forget a post of the message that whoever died still holds', async () => {
    await world.space('a')
    const keys = await Promise.all(visits.slice(0, 3).map(({ _id }) => world.want('a', _id)))
    world.door.next('a', { kind: 'answer', status: 503, takes: true })
    await world.teller().takeTurn('a')
    await world.posts.claim(keys[0] ?? '')
    await world.changeState('a', { nextAt: new Date(0) })
    await world.teller().takeTurn('a')
    expect(await world.standing()).toEqual({ posted: 2, waiting: 1 })
    await world.leaseOver()
    await world.teller().takeTurn('a')
    expect(await world.standing()).toEqual({ posted: 3 })
    expect(world.door.messages('a').map(({ message }) => message?.text)).toEqual(['*3 appointments checked*'])
    expect((await world.state('a'))?.sending).toBeUndefined()
  })

  it('leaves to a person what nobody has known for a day', async () => {
    await world.space('a')
    const key = await world.want('a', first)
    world.door.next('a', { kind: 'cut answer', afterBytes: 0 })
    await world.teller().takeTurn('a')
    await world.leaseOver()
    await world.teller({ now: () => new Date(Date.now() + 25 * 3_600_000) }).takeTurn('a')
    const { stands, outcome, says } = await world.post(key)
    expect([stands, outcome?.code, says]).toEqual(['in doubt', 'NO_ANSWER', ['chat.doubted']])
    expect((await world.state('a'))?.sending).toBeUndefined()
  })

  it('waits for an operator when its webhook cannot be opened', async () => {
    await world.space('a')
    await world.space('b')
    const stolen = (
      await world.store.collection<{ _id: string; webhook: never }>('spaces').findOne({ _id: 'b' })
    )?.webhook
    await world.changeSpace('a', { ...(stolen ? { webhook: stolen } : {}) })
    const key = await world.want('a', first)
    expect((await world.teller().takeTurn('a')).afterMs).toBe(60_000)
    expect(await world.stands(key)).toBe('waiting')
    expect(world.door.visits).toEqual([])
  })

  it.each([401, 403, 404])('stops after %i, keeps what it should have heard, and says so', async (status) => {
    await world.space('a')
    const key = await world.want('a', first)
    world.door.next('a', { kind: 'answer', status })
    const teller = world.teller()
    expect((await teller.takeTurn('a')).afterMs).toBeUndefined()
    await world.leaseOver()
    expect((await teller.takeTurn('a')).afterMs).toBeUndefined()
    expect(world.door.visits).toHaveLength(1)
    expect(await world.stands(key)).toBe('waiting')
    const state = await world.state('a')
    expect(state?.stopped).toMatchObject({ httpStatus: status })
    expect(state?.outbox.map(({ event }) => event.type)).toEqual(['space.stopped'])
  })

  it.each([
    [true, { posted: 2 }, ['*2 appointments checked*']],
    [false, { cancelled: 1, posted: 1 }, [expect.stringContaining('Appointment checked')]],
  ])('goes on once somebody says so; with replay: %s', async (replaysKept, standing, texts) => {
    await world.space('a')
    await world.want('a', first, { at: new Date(Date.now() - 20 * 3_600_000) })
    world.door.next('a', { kind: 'answer', status: 404 })
    await world.changeSpace('a', { relevantMinutes: 1_440 })
    const teller = world.teller()
    await teller.takeTurn('a')
    await world.changeSpace('a', {
      relevantMinutes: 30,
      version: 2,
      resumedAtVersion: 2,
      resumedAt: new Date(Date.now() + 1_000),
      replaysKept,
    })
    await world.want('a', 'visit-1', { at: new Date(Date.now() + 2_000) })
    await world.leaseOver()
    await teller.takeTurn('a')
    expect(await world.standing()).toEqual(standing)
    expect(world.door.messages('a').map(({ message }) => message?.text)).toEqual(texts)
    expect((await world.state('a'))?.stopped).toBeUndefined()
  })
})

describe('a message that Google Chat does not take', () => {
  it('is set aside as failed, and the space goes on', async () => {
    await world.space('a')
    const bad = await world.want('a', first)
    world.door.next('a', { kind: 'answer', status: 400 })
    const teller = world.teller()
    expect((await teller.takeTurn('a')).afterMs).toBe(1_000)
    expect((await world.post(bad)).outcome).toMatchObject({
      kind: 'failed',
      code: 'MESSAGE_REFUSED',
      httpStatus: 400,
    })
    const good = await world.want('a', 'visit-1')
    await world.leaseOver()
    await teller.takeTurn('a')
    expect(await world.stands(good)).toBe('posted')
    expect((await world.state('a'))?.stopped).toBeUndefined()
  })

  it('is found among many, and all others are told', async () => {
    await world.space('a')
    await Promise.all(visits.map(({ _id }) => world.want('a', _id)))
    const { chat } = world.parts
    const picky: typeof chat = {
      ...chat,
      async post(post) {
        return JSON.stringify(post.message).includes('Dr. Odd')
          ? { kind: 'bad message', httpStatus: 400, code: 'INVALID_ARGUMENT' }
          : chat.post(post)
      },
    }
    await world.store
      .collection<{ _id: string }>('appointments')
      .updateOne({ _id: 'visit-7' }, { $set: { 'doctor.name': 'Dr. Odd' } })
    const teller = world.teller({ chat: picky })
    for (let turn = 0; turn < 20; turn++) {
      await teller.takeTurn('a')
      await world.leaseOver()
    }
    expect(await world.standing()).toEqual({ posted: 11, failed: 1 })
    expect((await world.state('a'))?.stopped).toBeUndefined()
  })
})

describe('a space that rests', () => {
  it('goes on before its time when an admin says so, and not by itself', async () => {
    await world.space('a')
    const key = await world.want('a', first)
    world.door.next('a', { kind: 'answer', status: 429, headers: { 'retry-after': '31536000' } })
    const teller = world.teller()
    expect((await teller.takeTurn('a')).afterMs).toBe(3_600_000)
    expect((await world.state('a'))?.pause).toMatchObject({ reason: 'slow down', spaceVersion: 1 })
    await teller.takeTurn('a')
    expect(world.door.visits).toHaveLength(1)
    await world.changeSpace('a', {
      version: 2,
      resumedAtVersion: 2,
      resumedAt: new Date(),
      replaysKept: false,
    })
    await teller.takeTurn('a')
    expect(await world.stands(key)).toBe('posted')
    expect((await world.state('a'))?.pause).toBeUndefined()
  })

  it('takes no page of a network for its message, and asks again under the same id', async () => {
    await world.space('a')
    const key = await world.want('a', first)
    const page = '<html>Sign in to the network</html>'
    world.door.next('a', { kind: 'answer', status: 200, body: page, takes: false })
    const teller = world.teller()
    await teller.takeTurn('a')
    expect([await world.stands(key), (await world.state('a'))?.pause?.reason]).toEqual([
      'waiting',
      'intercepted',
    ])
    await world.leaseOver()
    await teller.takeTurn('a')
    expect(await world.stands(key)).toBe('posted')
    expect(new Set(world.door.visits.map(({ requestId }) => requestId)).size).toBe(1)
  })
})

describe('a space that is let go on', () => {
  const anew = (resumedAt: Date) => ({
    webhook: world.keyring.seal('a', world.door.webhookOf('anew')),
    version: 2,
    resumedAtVersion: 2,
    resumedAt,
    replaysKept: true,
  })

  it('is not stopped by the late answer to its old webhook, and tells through the new one', async () => {
    await world.space('a')
    const key = await world.want('a', first)
    world.door.next('a', { kind: 'answer', status: 404 })
    const { chat } = world.parts
    const slow: typeof chat = {
      ...chat,
      async post(post) {
        const verdict = await chat.post(post)
        // The admin was quicker than Google's answer.
        await world.changeSpace('a', anew(new Date(Date.now() - 60_000)))
        return verdict
      },
    }
    await world.teller({ chat: slow }).takeTurn('a')
    await world.leaseOver()
    await world.teller().takeTurn('a')
    expect(await world.stands(key)).toBe('posted')
    expect(world.door.messages('anew')).toHaveLength(1)
    expect((await world.state('a'))?.stopped).toBeUndefined()
  })

  it('goes on however far behind the clock is by which that was written', async () => {
    await world.space('a')
    const key = await world.want('a', first)
    world.door.next('a', { kind: 'answer', status: 404 })
    await world.teller().takeTurn('a')
    await world.changeSpace('a', anew(new Date(Date.now() - 3_600_000)))
    await world.leaseOver()
    await world.teller().takeTurn('a')
    expect(await world.stands(key)).toBe('posted')
  })

  it('is stopped when its new webhook is refused too', async () => {
    await world.space('a', anew(new Date(Date.now() + 3_600_000)))
    await world.want('a', first)
    world.door.next('anew', { kind: 'answer', status: 403 })
    const teller = world.teller()
    expect((await teller.takeTurn('a')).afterMs).toBeUndefined()
    await world.leaseOver()
    expect((await teller.takeTurn('a')).afterMs).toBeUndefined()
    expect(world.door.visits).toHaveLength(1)
    expect((await world.state('a'))?.stopped).toMatchObject({ httpStatus: 403, spaceVersion: 2 })
  })
})

describe('a post that is told as soon as it is heard of', () => {
  it('is in the space when its writes are', async () => {
    await world.space('a')
    const { key, input } = world.newPost('a', first)
    const space = await world.store.collection('spaces').findOne({ _id: 'a' } as never)
    const { accepted, report } = world.teller().sendImmediately({ key, input }, space as never)
    await accepted
    expect(await report).toEqual({ afterMs: 1_000, isMore: false, failures: 0 })
    expect(await world.stands(key)).toBe('posted')
  })

  it('is told once when it is heard of twice, also at the same moment', async () => {
    await world.space('a')
    const space = (await world.store.collection('spaces').findOne({ _id: 'a' } as never)) as never
    const wanted = world.newPost('a', first)
    const all = [world.teller(), world.teller(), world.teller()].map((teller) =>
      teller.sendImmediately(wanted, space),
    )
    await Promise.all(all.flatMap(({ accepted, report }) => [accepted, report]))
    await world.leaseOver()
    await world.teller().takeTurn('a')
    expect(world.door.messages('a')).toHaveLength(1)
    expect(await world.standing()).toEqual({ posted: 1 })
  })

  it('waits when the space is in another hand', async () => {
    await world.space('a')
    const space = (await world.store.collection('spaces').findOne({ _id: 'a' } as never)) as never
    await world.teller().sendImmediately(world.newPost('a', first), space).report
    const { accepted, report } = world.teller().sendImmediately(world.newPost('a', 'visit-1'), space)
    await accepted
    expect(await report).toMatchObject({ isMore: true })
    expect(world.door.visits).toHaveLength(1)
    expect(await world.standing()).toEqual({ posted: 1, waiting: 1 })
  })
})

/**
 * Where a process may die: before or after each thing that it does to the world. What comes after is done by nobody, and then
 * another process takes over.
 */
describe.each([
  ['one post told at once', 1, true],
  ['one post', 1, false],
  ['a digest', 3, false],
])('a process that dies while it tells %s', (_, count, isAtOnce) => {
  it('loses nothing and tells nothing twice, wherever it dies', async () => {
    let isReached = true
    for (let place = 0; isReached; place++) {
      expect(place).toBeLessThan(60)
      const spaceId = `space-${place}`
      await world.space(spaceId)
      isReached = await dieAt(place, spaceId)
      await world.leaseOver()
      for (let turn = 0; turn < 3; turn++) {
        await world.teller().takeTurn(spaceId)
        await world.leaseOver()
      }
      const messages = world.door.messages(spaceId)
      const told = messages.map(({ message }) => Number(/^\d+/.exec(message?.fallbackText ?? '')?.[0] ?? 1))
      expect([place, told.reduce((sum, one) => sum + one, 0)]).toEqual([place, count])
      expect([place, (await world.state(spaceId))?.sending]).toEqual([place, undefined])
    }
    expect(await world.standing()).not.toHaveProperty('waiting')
    expect(await world.standing()).not.toHaveProperty('in doubt')
  }, 60_000)

  /** Answers whether it lived long enough to reach the place. */
  async function dieAt(place: number, spaceId: string): Promise<boolean> {
    let deeds = 0
    let isDead = false
    const mortal = <T extends object>(thing: T): T =>
      new Proxy(thing, {
        get(target, name) {
          const value = Reflect.get(target, name)
          if (typeof value !== 'function') return value
          return async (...args: unknown[]) => {
            await mayDie()
            const result = await value.apply(target, args)
            await mayDie()
            return isClaims(result) ? mortalClaims(result) : result
          }
        },
      })
    const mortalClaims = (result: unknown): unknown =>
      Array.isArray(result) ? result.map((one) => mortal(one)) : mortal(result as object)
    const dead = new Promise<never>(() => {})
    const end = Promise.withResolvers<void>()
    const mayDie = async () => {
      if (!isDead && deeds++ === place) {
        isDead = true
        end.resolve()
      }
      if (isDead) await dead
    }

    const wanted = visits.slice(0, count).map(({ _id }) => world.newPost(spaceId, _id))
    const teller = world.teller({
      turns: mortal(world.parts.turns),
      posts: mortal(world.posts),
      chat: mortal(world.parts.chat),
    })
    const space = (await world.store.collection('spaces').findOne({ _id: spaceId } as never)) as never
    const [one] = wanted
    if (!isAtOnce || !one) for (const { key, input } of wanted) await world.posts.accept(key, input)
    const turn = isAtOnce && one ? teller.sendImmediately(one, space).report : teller.takeTurn(spaceId)
    await Promise.race([turn, end.promise])
    // The event comes again when nobody acknowledged it.
    if (isAtOnce && one) await world.posts.accept(one.key, one.input)
    return isDead
  }
})

const isClaims = (result: unknown) =>
  Array.isArray(result) || (typeof result === 'object' && result !== null && 'settle' in result)
