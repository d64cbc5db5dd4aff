import { setTimeout as sleep } from 'node:timers/promises'
import type { FaultProxy, FaultRule } from '@rounds/testing'
import type { Bar } from './row.ts'
import type { Profile, World } from './world.ts'

type Service = 'gateway' | 'reports'

/** A place in the conversation of a service with its servers at which it may die. */
export interface Boundary {
  readonly what: string
  readonly wire: 'nats' | 'mongo'
  readonly rule: Pick<FaultRule, 'when' | 'match' | 'do' | 'at'>
  /** Whether the service has work in hand there for certain, which somebody has to take over when it dies. */
  readonly isInHand: boolean
}

/** A MongoDB command on a collection, as it looks on the wire: `insert`, its length, `jobs`. */
export const command = (name: string, collection: string) => new RegExp(`${name}\\0.{4}${collection}\\0`, 's')

/** Before it was asked, after it was asked, after it was done and before the answer, and after the answer. */
const around = (
  what: string,
  wire: Boundary['wire'],
  match: RegExp,
  isInHand = false,
): readonly Boundary[] => [
  { what: `before ${what}`, wire, isInHand, rule: { when: 'client', match, do: 'cut' } },
  { what: `just after ${what}`, wire, isInHand, rule: { when: 'client', match, at: 'after' } },
  { what: `before it hears of ${what}`, wire, isInHand, rule: { when: 'reply', match, do: 'cut' } },
  { what: `as it hears of ${what}`, wire, isInHand, rule: { when: 'reply', match, at: 'after' } },
]

export const boundaries: Readonly<Record<Service, readonly Boundary[]>> = {
  gateway: [
    ...around('writing a job down', 'mongo', command('insert', 'jobs')),
    ...around('changing a job', 'mongo', command('update', 'jobs')),
    ...around('moving what accounts for a job', 'mongo', command('insert', 'audit')),
    ...around('publishing what was asked', 'nats', /H?PUB hospital\.report\.requested /),
  ],
  reports: [
    ...around('a write of the ledger', 'mongo', command('update', 'exports')),
    ...around('accepting work', 'mongo', command('insert', 'exports')),
    ...around('reading rows', 'mongo', command('find', 'appointments'), true),
    ...around('saying that a file stands', 'nats', /H?PUB hospital\.report\.completed /),
    ...around('acknowledging an event', 'nats', /PUB \$JS\.ACK/),
  ],
}

/** How a service may be killed at a place of its conversation. */
export interface Crashable {
  readonly proxies: {
    readonly [service in Service]: { readonly [wire in Boundary['wire']]: Pick<FaultProxy, 'add'> }
  }
  crash(service: Service): Promise<void>
}

/** Long enough for whatever comes again and again while people ask, also on a busy machine. */
const comesWithinMs = 10_000

/** Kills the service at that place; or anyhow, when it does not get there soon. Resolves when it is back; says whether it was there. */
async function crashAt(
  world: Crashable,
  service: Service,
  boundary: Boundary,
  withinMs: number,
): Promise<boolean> {
  const proxy = world.proxies[service][boundary.wire]
  const crashed = Promise.withResolvers<void>()
  let isThere: boolean | undefined
  const crash = (there: boolean) => {
    if (isThere !== undefined) return
    isThere = there
    crashed.resolve(world.crash(service))
  }
  const remove = proxy.add({ ...boundary.rule, atHit: () => crash(true) })
  const late = setTimeout(() => crash(false), withinMs)
  await crashed.promise.finally(() => {
    remove()
    clearTimeout(late)
  })
  return isThere === true
}

/** At which places a service died, of those there are. */
export interface Crashes {
  /** How often it died at a boundary. */
  readonly there: number
  readonly reached: readonly string[]
  /** Waited for while people asked, in vain, and not reached at another time. */
  readonly missed: readonly string[]
  /** Never waited for long enough: the row was over. */
  readonly untried: readonly string[]
}

export interface Crashing {
  readonly isGoingOn: () => boolean
  /** Counts one fault. */
  readonly hit: () => void
  readonly kills: number
  readonly withinMs?: number
}

/**
 * Kills it again and again while people ask: at every boundary in turn, those that were missed once more, then at random
 * ones and random moments.
 */
export async function keepCrashing(
  world: Crashable & Pick<World, 'chance' | 'between'>,
  service: Service,
  { isGoingOn, hit, kills, withinMs = comesWithinMs }: Crashing,
): Promise<Crashes> {
  const known = boundaries[service]
  const ways = new Map<Boundary, 'reached' | 'missed'>()
  const next = inTurn(world, known)
  let there = 0
  for (let count = 0; count < kills && isGoingOn(); count += 1) {
    await sleep(world.between(300, 1_500))
    if (!isGoingOn()) break
    const left = [...next.splice(0, 1), ...known.filter((one) => ways.get(one) === 'missed')]
    const boundary = left[0] ?? world.chance.pick(known)
    if (left.length === 0 && world.chance.oneIn(3)) await world.crash(service)
    else if (await crashAt(world, service, boundary, withinMs)) {
      there += 1
      ways.set(boundary, 'reached')
    }
    // Where nobody asks any more, nothing passes: that tells nothing about the place.
    else if (isGoingOn() && !ways.has(boundary)) ways.set(boundary, 'missed')
    hit()
  }
  const those = (way: 'reached' | 'missed' | undefined) =>
    known.filter((one) => ways.get(one) === way).map(({ what }) => what)
  return { there, reached: those('reached'), missed: those('missed'), untried: those(undefined) }
}

/** In an order by the seed, with one first at which work is in hand: without that no rescue might be seen in a short row. */
function inTurn({ chance }: Pick<World, 'chance'>, known: readonly Boundary[]): Boundary[] {
  const shuffled = known
    .map((boundary) => ({ boundary, lot: chance.next() }))
    .toSorted((a, b) => a.lot - b.lot)
    .map(({ boundary }) => boundary)
  const first = shuffled.find(({ isInHand }) => isInHand)
  return first ? [first, ...shuffled.filter((one) => one !== first)] : shuffled
}

/** What a row says of the places: in the long profile it has to die at each of them, in the short one at those it tries. */
export function boundaryFindings(
  { there, reached, missed, untried }: Crashes,
  profile: Profile,
): { readonly bars: readonly Bar[]; readonly notes: readonly string[] } {
  const all = reached.length + missed.length + untried.length
  const named = (how: string, list: readonly string[]) =>
    list.length > 0 ? [`${how}: ${list.join(', ')}`] : []
  return {
    bars: [
      profile === 'long'
        ? { what: `boundaries of ${all} at which it never died`, seen: all - reached.length, atMost: 0 }
        : { what: 'boundaries that were tried and not reached', seen: missed.length, atMost: 0 },
      { what: 'boundaries at which it died', seen: reached.length, atLeast: 1 },
    ],
    notes: [
      `${there} of the kills at a boundary, at ${reached.length} of ${all} different ones`,
      ...named('boundaries not reached', missed),
      // A short row tries a few of many, each time others.
      ...named('boundaries not tried', profile === 'long' ? untried : []),
    ],
  }
}
