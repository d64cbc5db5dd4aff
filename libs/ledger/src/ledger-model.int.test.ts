import { testServers } from '@rounds/local-servers'
import { memoryBroker, memoryBus } from '@rounds/messaging'
import { type MongoStore, mongoStore, outboxRelay, StreamIncarnation, type WithOutbox } from '@rounds/mongo'
import fc from 'fast-check'
import type { Collection } from 'mongodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { event, type Input, type Outcome } from '../test/ledger-contract.ts'
import { type Claim, type Ending, type Ledger, LostClaimError, type WorkState } from './ledger.ts'
import type { WorkDocument } from './mongo-ledger.ts'
import { held, type Move, settled, stateAfter } from './moves.ts'
import { openLedger } from './open-ledger.ts'

/** What must be true of one key, kept by a table of moves alone. */
interface Believed {
  state: WorkState | 'unknown'
  fence: number
  calledOff: boolean
  readonly said: string[]
  /** Which decisions about its doubt were made. */
  readonly decisions: Set<number>
  /** How often somebody was told that their final word was written. */
  finals: number
}

interface Model {
  readonly works: Map<string, Believed>
  readonly repeating: 'safe' | 'doubtful'
}

interface Real {
  readonly ledger: Ledger<Input, Outcome>
  readonly works: Collection<WorkDocument<Input, Outcome>>
  /** Every claim that was ever given, the forgotten ones too. */
  readonly claims: Claim<Input, Outcome>[]
  readonly stream: ReturnType<typeof memoryBroker>
  readonly store: MongoStore
}

type Command = fc.AsyncCommand<Model, Real>

const keys = ['a', 'b', 'c']
const names = fc.constantFrom(...keys)
const whichClaim = fc.nat(30)
const finalStates = ['done', 'failed', 'in doubt', 'cancelled'] as const
const decisions = fc.constantFrom(...finalStates, 'waiting' as const)
const endings = fc.constantFrom(...finalStates, 'waiting' as const, 'abandoned' as const)
const longMs = 600_000

let counter = 0
const fresh = (key: string) => event(`${key}-${++counter}`)

describe('the ledger, whatever happens in whatever order', () => {
  let store: MongoStore
  beforeAll(async () => {
    store = mongoStore(testServers().freshDatabase(), { appName: 'model-test' })
    for (const repeating of ['safe', 'doubtful'] as const) openLedger(store, repeating, { repeating })
    await store.start()
  })
  afterAll(() => store.stop())

  it.each(['safe', 'doubtful'] as const)(
    'keeps to the table of moves, loses no event and settles once, where repeating is %s',
    async (repeating) => {
      const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31)
      console.info(`model of the ledger, ${repeating}: SEED=${seed}`)
      let run = 0
      const setUp = async () => {
        const works = store.collection<WorkDocument<Input, Outcome>>(`${repeating}-${run++ % 4}`)
        await works.deleteMany({})
        const ledger = openLedger<Input, Outcome>(store, works.collectionName, { repeating, leaseMs: longMs })
        const model: Model = { works: new Map(keys.map((key) => [key, unknown()])), repeating }
        const real: Real = { ledger, works, claims: [], stream: memoryBroker(), store }
        return { model, real }
      }
      await fc.assert(
        fc.asyncProperty(fc.commands(commands, { maxCommands: 40, size: 'medium' }), async (all) => {
          let world: Awaited<ReturnType<typeof setUp>> | undefined
          await fc.asyncModelRun(async () => {
            world = await setUp()
            return world
          }, all)
          if (world) await nothingIsLost(world.model, world.real)
        }),
        { seed, numRuns: 60 },
      )
    },
    60_000,
  )
})

const unknown = (): Believed => ({
  state: 'unknown',
  fence: 0,
  calledOff: false,
  said: [],
  decisions: new Set(),
  finals: 0,
})

const commands = [
  command(names, 'accept', async (model, { ledger }, key) => {
    const says = fresh(key)
    const { isNew } = await ledger.accept(key, { text: key }, [says])
    expect(move(model, key, 'accept')).toBe(isNew)
    if (isNew) believed(model, key).said.push(says.id)
  }),
  command(
    fc.array(names, { minLength: 1, maxLength: 6 }),
    'accept in hand, many at once',
    async (model, real, many) => {
      const said = many.map(fresh)
      const claims = await Promise.all(
        many.map((key, n) => real.ledger.acceptInHand(key, { text: key }, [said[n] ?? fresh(key)])),
      )
      for (const [n, key] of many.entries()) {
        const claim = claims[n]
        expect(move(model, key, 'accept')).toBe(claim !== undefined)
        if (!claim) continue
        believed(model, key).said.push(said[n]?.id ?? '')
        took(model, real, [key], [claim])
      }
    },
  ),
  command(names, 'claim', async (model, real, key) => {
    took(model, real, [key], [await real.ledger.claim(key)])
  }),
  command(fc.constant(''), 'claim next', async (model, real) => {
    const due = [...model.works].filter(([, { state }]) => state === 'waiting').map(([key]) => key)
    const one = await real.ledger.claimNext()
    expect(one === undefined).toBe(due.length === 0)
    if (one) took(model, real, [one.key], [one])
  }),
  command(fc.constant(''), 'claim many', async (model, real) => {
    const due = [...model.works].filter(([, { state }]) => state === 'waiting').map(([key]) => key)
    const many = await real.ledger.claimMany(4)
    expect(many.map(({ key }) => key).sort()).toEqual(due.sort())
    took(
      model,
      real,
      many.map(({ key }) => key),
      many,
    )
  }),
  // Any claim ever given: a late write of a zombie is not different from a write in time, but for what comes of it.
  ofClaim(whichClaim, 'intend', async (model, _, claim) => {
    const believes = isOurs(model, claim) && move(model, claim.key, 'intend')
    expect(await succeeds(claim.intend())).toBe(believes)
  }),
  ofClaim(whichClaim, 'say', async (model, _, claim) => {
    const says = fresh(claim.key)
    expect(await succeeds(claim.say([says]))).toBe(isOurs(model, claim))
    if (isOurs(model, claim)) believed(model, claim.key).said.push(says.id)
  }),
  ofClaim(fc.tuple(whichClaim, endings), 'settle', async (model, _, claim, [, state]) => {
    const says = fresh(claim.key)
    expect(await succeeds(claim.settle(endingOf(state, [says])))).toBe(isOurs(model, claim))
    ended(model, claim, state, says.id)
  }),
  command(
    fc.array(fc.tuple(whichClaim, endings), { minLength: 2, maxLength: 6 }),
    'settle many at once',
    settleMany,
  ),
  command(
    fc.array(names, { minLength: 2, maxLength: 6 }),
    'accept and claim many at once',
    async (model, real, many) => {
      const said = many.map(fresh)
      const ends = await Promise.all(
        many.map((key, n) => real.ledger.accept(key, { text: key }, [said[n] ?? fresh(key)])),
      )
      for (const [n, key] of many.entries()) {
        expect(move(model, key, 'accept')).toBe(ends[n]?.isNew)
        if (ends[n]?.isNew) believed(model, key).said.push(said[n]?.id ?? '')
      }
      took(model, real, many, await Promise.all(many.map((key) => real.ledger.claim(key))))
    },
  ),
  command(names, 'lease over', async (model, { works, ledger }, key) => {
    await works.updateOne({ _id: key, leaseUntil: { $exists: true } }, { $set: { leaseUntil: new Date(0) } })
    const { returned, doubted } = await ledger.sweep()
    const before = believed(model, key).state
    const moved = move(model, key, `abandoned, ${model.repeating}`)
    expect(returned + doubted).toBe(moved ? 1 : 0)
    expect(doubted).toBe(before === 'sending' && model.repeating === 'doubtful' ? 1 : 0)
  }),
  command(whichClaim, 'renew', async (model, { ledger, claims }, n) => {
    // A worker has one claim on a key at most, and it may be an old one.
    const mine = [...new Map(claims.slice(0, n).map((claim) => [claim.key, claim])).values()]
    const { lost } = await ledger.renew(mine)
    expect(lost).toEqual(mine.filter((claim) => !isOurs(model, claim)).map(({ key }) => key))
  }),
  command(names, 'cancel', async (model, { ledger }, key) => {
    const one = believed(model, key)
    if (held.includes(one.state as WorkState)) one.calledOff = true
    move(model, key, 'call off')
    expect(await ledger.cancel(key, { text: key })).toBe(one.state)
  }),
  command(fc.tuple(names, decisions, fc.nat(3)), 'resolve', async (model, { ledger }, [key, state, n]) => {
    const one = believed(model, key)
    const says = fresh(key)
    const isNew = !one.decisions.has(n)
    const believes = isNew && move(model, key, `resolved: ${state}`)
    const resolved = await ledger.resolve(key, { state, outcome: { result: state }, says: [says] }, `${n}`)
    expect(resolved).toBe(believes)
    if (!believes) return
    one.decisions.add(n)
    one.said.push(says.id)
    // Whoever ended it in doubt has not had the last word.
    if (state === 'waiting') one.finals = 0
  }),
  command(names, 'expire', async (model, { ledger }, key) => {
    const says = fresh(key)
    const expired = await ledger.expire(key, [says])
    expect(expired).toBe(move(model, key, 'expire'))
    if (expired) believed(model, key).said.push(says.id)
  }),
  command(fc.constantFrom('none', 'before publishing', 'before marking'), 'relay', relay),
]

async function settleMany(
  model: Model,
  { claims }: Real,
  which: [number, (typeof finalStates)[number] | 'waiting' | 'abandoned'][],
) {
  const all = which.flatMap(([n, state]) => {
    const claim = claims[n % Math.max(1, claims.length)]
    return claim ? [{ claim, state, says: fresh(claim.key) }] : []
  })
  const wrote = await Promise.all(
    all.map(({ claim, state, says }) => succeeds(claim.settle(endingOf(state, [says])))),
  )
  for (const [n, { claim, state, says }] of all.entries()) {
    expect(wrote[n]).toBe(isOurs(model, claim))
    ended(model, claim, state, says.id)
  }
}

/** One round of a relay, which may die on the way; what it leaves undone, another one does. */
async function relay(_: Model, { works, stream, store }: Real, death: string) {
  let dead = false
  const at = async <T>(moment: string, doing: () => Promise<T>): Promise<T> => {
    dead ||= moment === death
    if (dead) throw new Error('the relay died')
    return doing()
  }
  const bus = memoryBus({ broker: stream })
  const incarnation = new StreamIncarnation({ stream: 'EVENTS', service: 'reports', bus, store })
  const mortal = Object.assign(Object.create(works), {
    updateMany: (...write: Parameters<typeof works.updateMany>) =>
      write[0]._id === undefined
        ? works.updateMany(...write)
        : at('before marking', () => works.updateMany(...write)),
  }) as unknown as Collection<WithOutbox>
  const over = Promise.withResolvers<void>()
  const one = outboxRelay({
    name: 'outbox',
    collections: [mortal],
    bus: {
      publish: (said, anew) => at('before publishing', () => bus.publish(said, anew)),
      publishAll: (events, anew) => at('before publishing', () => bus.publishAll(events, anew)),
      streamState: bus.streamState,
    },
    incarnation: {
      stream: 'EVENTS',
      acknowledged: incarnation.acknowledged.bind(incarnation),
      look: () => at('asking', () => incarnation.look()),
      confirm: () => incarnation.confirm(),
    },
    log: { debug() {}, info() {}, error() {}, warn: () => over.resolve() },
    pollEveryMs: 1,
  })
  await one.start()
  const idle = async () => {
    while (!dead && (await works.countDocuments({ outboxDue: { $exists: true } })) > 0) await sleep(1)
  }
  await Promise.race([over.promise, idle()])
  await one.stop()
}

/** After everything: the stream has each event once, each outbox has what was said, no work ended twice. */
async function nothingIsLost(model: Model, real: Real) {
  await relay(model, real, 'none')
  const said = [...model.works.values()].flatMap((one) => one.said)
  expect(real.stream.kept.map(({ headers }) => headers['ce-id']).sort()).toEqual(said.sort())
  for (const [key, { state, finals }] of model.works) {
    expect((await real.ledger.read(key))?.state ?? 'unknown').toBe(state)
    expect(finals).toBeLessThanOrEqual(1)
  }
}

/** Does one thing to both, then compares every key, and that no fence went back. */
function command<T>(
  values: fc.Arbitrary<T>,
  name: string,
  run: (model: Model, real: Real, value: T) => Promise<void>,
): fc.Arbitrary<Command> {
  return values.map((value) => ({
    check: () => true,
    toString: () => `${name} ${JSON.stringify(value)}`,
    async run(model, real) {
      await run(model, real, value)
      for (const work of await real.works.find().toArray()) {
        const { state, fence, said } = believed(model, work._id)
        expect({ state: work.state, fence: work.fence }).toEqual({ state, fence })
        expect(work.outbox.map((entry) => entry.event.id)).toEqual(said)
      }
    },
  }))
}

function ofClaim<T extends number | readonly [number, ...unknown[]]>(
  values: fc.Arbitrary<T>,
  name: string,
  run: (model: Model, real: Real, claim: Claim<Input, Outcome>, value: T) => Promise<void>,
): fc.Arbitrary<Command> {
  return command(values, name, async (model, real, value) => {
    const claim =
      real.claims[Number(typeof value === 'number' ? value : value[0]) % Math.max(1, real.claims.length)]
    if (claim) await run(model, real, claim, value)
  })
}

function took(
  model: Model,
  real: Real,
  wanted: readonly string[],
  claims: ReadonlyArray<Claim<Input, Outcome> | undefined>,
) {
  for (const [n, key] of wanted.entries()) {
    const claim = claims[n]
    const { fence } = believed(model, key)
    expect(claim !== undefined).toBe(move(model, key, 'claim'))
    if (!claim) continue
    expect(claim).toMatchObject({ key, fence: fence + 1 })
    believed(model, key).fence = fence + 1
    real.claims.push(claim)
  }
}

function believed(model: Model, key: string): Believed {
  const one = model.works.get(key)
  if (!one) throw new Error(`no such key: ${key}`)
  return one
}

const isOurs = (model: Model, { key, fence }: Claim<Input, Outcome>) => {
  const one = believed(model, key)
  return one.fence === fence && held.includes(one.state as WorkState)
}

/** Moves the belief if the table lets it; answers whether it did. */
function move(model: Model, key: string, by: Move): boolean {
  const one = believed(model, key)
  const next = stateAfter(one.state, by, one.calledOff)
  if (next) one.state = next
  return next !== undefined
}

function ended(
  model: Model,
  claim: Claim<Input, Outcome>,
  state: (typeof finalStates)[number] | 'waiting' | 'abandoned',
  id: string,
) {
  if (!isOurs(model, claim)) return
  const by = { waiting: 'put back', abandoned: `abandoned, ${model.repeating}` } as const
  move(model, claim.key, state === 'waiting' || state === 'abandoned' ? by[state] : state)
  const one = believed(model, claim.key)
  one.said.push(id)
  if (settled.includes(one.state as WorkState)) one.finals += 1
}

function endingOf(
  state: (typeof finalStates)[number] | 'waiting' | 'abandoned',
  says: ReturnType<typeof fresh>[],
): Ending<Outcome> {
  return state === 'waiting' || state === 'abandoned'
    ? { state, reason: 'busy', afterMs: 0, says }
    : { state, outcome: { result: state }, says }
}

async function succeeds(write: Promise<void>): Promise<boolean> {
  try {
    await write
    return true
  } catch (error) {
    if (error instanceof LostClaimError) return false
    throw error
  }
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
