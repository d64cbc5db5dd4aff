import { setTimeout as sleep } from 'node:timers/promises'
import type { FaultProxy, FaultRule } from '@rounds/testing'
import type { World } from './world.ts'

/** A place in the conversation of a service with its servers at which it may die. */
export interface Boundary {
  readonly what: string
  readonly wire: 'nats' | 'mongo'
  readonly rule: Pick<FaultRule, 'when' | 'match' | 'do' | 'at'>
}

/** A MongoDB command on a collection, as it looks on the wire: `insert`, its length, `jobs`. */
export const command = (name: string, collection: string) => new RegExp(`${name}\\0.{4}${collection}\\0`, 's')

/** Before it was asked, after it was asked, after it was done and before the answer, and after the answer. */
const around = (what: string, wire: Boundary['wire'], match: RegExp): readonly Boundary[] => [
  { what: `before ${what}`, wire, rule: { when: 'client', match, do: 'cut' } },
  { what: `just after ${what}`, wire, rule: { when: 'client', match, at: 'after' } },
  { what: `before it hears of ${what}`, wire, rule: { when: 'reply', match, do: 'cut' } },
  { what: `as it hears of ${what}`, wire, rule: { when: 'reply', match, at: 'after' } },
]

export const boundaries: Readonly<Record<'gateway' | 'reports', readonly Boundary[]>> = {
  gateway: [
    ...around('writing a job down', 'mongo', command('insert', 'jobs')),
    ...around('changing a job', 'mongo', command('update', 'jobs')),
    ...around('moving what accounts for a job', 'mongo', command('insert', 'audit')),
    ...around('publishing what was asked', 'nats', /H?PUB hospital\.report\.requested /),
  ],
  reports: [
    ...around('a write of the ledger', 'mongo', command('update', 'exports')),
    ...around('accepting work', 'mongo', command('insert', 'exports')),
    ...around('reading rows', 'mongo', command('find', 'appointments')),
    ...around('saying that a file stands', 'nats', /H?PUB hospital\.report\.completed /),
    ...around('acknowledging an event', 'nats', /PUB \$JS\.ACK/),
  ],
}

/** Kills the service at that place; or anyhow, when it does not get there soon. Resolves when it is back; says whether it was there. */
export async function crashAt(
  world: World,
  service: 'gateway' | 'reports',
  boundary: Boundary,
): Promise<boolean> {
  const proxy: FaultProxy = world.proxies[service][boundary.wire]
  const crashed = Promise.withResolvers<void>()
  let isThere: boolean | undefined
  const crash = (there: boolean) => {
    if (isThere !== undefined) return
    isThere = there
    crashed.resolve(world.crash(service))
  }
  const remove = proxy.add({ ...boundary.rule, atHit: () => crash(true) })
  const late = setTimeout(() => crash(false), 3_000)
  await crashed.promise.finally(() => {
    remove()
    clearTimeout(late)
  })
  return isThere === true
}

/**
 * Kills it again and again while people ask: at every boundary in turn, then at random ones and random moments. Answers
 * how often it died at a boundary.
 */
export async function keepCrashing(
  world: World,
  service: 'gateway' | 'reports',
  { isGoingOn, hit, kills }: { isGoingOn: () => boolean; hit: () => void; kills: number },
): Promise<number> {
  let there = 0
  const known = boundaries[service]
  const order = known
    .map((boundary) => ({ boundary, lot: world.chance.next() }))
    .toSorted((a, b) => a.lot - b.lot)
  for (let count = 0; count < kills && isGoingOn(); count += 1) {
    await sleep(world.between(300, 1_500))
    if (!isGoingOn()) break
    const next = order[count]?.boundary ?? world.chance.pick(known)
    if (count >= order.length && world.chance.oneIn(3)) await world.crash(service)
    else if (await crashAt(world, service, next)) there += 1
    hit()
  }
  return there
}
