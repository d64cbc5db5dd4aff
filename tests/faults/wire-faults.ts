import { setTimeout as sleep } from 'node:timers/promises'
import type { Deed, FaultProxy } from '@rounds/testing'
import { over } from './over.ts'
import type { Bar } from './row.ts'
import type { Wire, World } from './world.ts'

/** One wire fails for a moment, in one way. */
export interface Strike {
  readonly wire: Wire
  readonly kind: Kind
}

export interface StrikeOptions {
  /** The longest pause between two. */
  readonly pauseMs: number
  readonly onHit?: () => void
  /** Asked before each: whether nothing is left that it could meet. */
  readonly isOver?: () => boolean | Promise<boolean>
}

export interface Struck {
  readonly strikes: readonly Strike[]
  /** Cuts that came while something was said. */
  readonly cutsMet: number
}

/** Longer than a service takes to find out that nothing passes any more. */
const silenceMs = 45_000

export const noStrikes: Struck = { strikes: [], cutsMet: 0 }

/** Faults after which a service hears nothing for longer than a lease may last. */
export const isSilent = ({ kind }: Strike) => kind === 'drop' || kind === 'half-open'

/** In words, for the page. */
export const howWiresFail =
  'connections are cut before or after what is on its way, slowed down, silent (open, and nothing passes any more), half open (the server is gone, the client is not told), or reset and refused; what went silent stays so, and its service has to find out'

/** Strikes one wire after the other, each for a moment. */
export async function strikeWires(
  world: World,
  planned: Iterable<Strike>,
  { pauseMs, onHit = () => {}, isOver = () => false }: StrikeOptions,
): Promise<Struck> {
  const strikes: Strike[] = []
  let cutsMet = 0
  for (const strike of planned) {
    await sleep(world.between(500, pauseMs))
    if (await isOver()) break
    const { kind, wire } = strike
    const { hits } = wire.proxy.counts()
    const hasMet = () => wire.proxy.counts().hits > hits
    const heal = faults[kind](wire.proxy, world)
    strikes.push(strike)
    onHit()
    await sleep(world.between(300, 1_800))
    // What went silent earlier meets nothing until its service has found out.
    if (isCut(strike)) await over(async () => hasMet() || (await isOver()), silenceMs)
    heal()
    if (!isCut(strike)) continue
    if (hasMet()) cutsMet += 1
    // Nothing was said meanwhile: cut in silence, then.
    else wire.proxy.strike('cut')
  }
  return { strikes, cutsMet }
}

/** Cuts are meant to fall into what is being said. */
export function cutsBar({ strikes, cutsMet }: Struck): Bar {
  const cuts = strikes.filter(isCut).length
  return { what: `cuts, of ${cuts}, that met something on its way`, seen: cutsMet, atLeast: cuts / 2 }
}

/** What became of `strikeService`, in the words of a row. */
export function strikesTold(struck: Struck, atLeast: number) {
  const { strikes } = struck
  const alike = Map.groupBy(strikes, ({ wire, kind }) => `${wire.service} to ${wire.server}: ${kind}`)
  const told = Array.from(alike, ([what, those]) => `${what} ${those.length} times`)
  return {
    injected: strikes.length,
    bars: [cutsBar(struck), { what: 'faults', seen: strikes.length, atLeast }],
    notes: [told.toSorted().join('; ')],
  }
}

const isCut = ({ kind }: Strike) => kind.startsWith('cut')

/** Strikes the wires of one service again and again, each time in another order, until nothing is left that it could meet. */
export function strikeService(
  world: World,
  service: Wire['service'],
  isOver: () => boolean | Promise<boolean>,
): Promise<Struck> {
  const wires = world.wires.filter((wire) => wire.service === service)
  return strikeWires(world, withoutEnd(), { pauseMs: 1_800, isOver })

  function* withoutEnd(): Generator<Strike> {
    for (;;) yield* strikesOn(wires, world, wires.length)
  }
}

/** Everything that can befall these wires, in an order by the seed; the short profile has each kind of fault so many times. */
export function strikesOn(wires: readonly Wire[], { chance, size }: World, short: number): readonly Strike[] {
  const everything = wires.flatMap((wire) => kinds.map((kind) => ({ wire, kind, lot: chance.next() })))
  const byKind = Map.groupBy(inOrder(everything), ({ kind }) => kind)
  return inOrder([...byKind.values()].flatMap((those) => those.slice(0, size(short, wires.length))))
}

/** Begins to fail, for the open connections and for those that are made meanwhile; the answer heals the wire. */
type Fault = (proxy: FaultProxy, world: World) => () => void

const faults = {
  'cut before forwarding': (proxy) => whoeverSpeaks(proxy, 'cut', 'before'),
  'cut after forwarding': (proxy) => whoeverSpeaks(proxy, 'cut', 'after'),
  delay(proxy, world) {
    const delayMs = Math.round(world.between(50, 400))
    proxy.strike({ delayMs })
    const remove = whoeverSpeaks(proxy, { delayMs }, 'before')
    return () => {
      remove()
      proxy.strike({ delayMs: 0 })
    }
  },
  drop(proxy) {
    proxy.strike('drop')
    return whoeverSpeaks(proxy, 'drop', 'before')
  },
  'half-open'(proxy) {
    proxy.strike('half-open')
    return whoeverSpeaks(proxy, 'half-open', 'before')
  },
  reset(proxy) {
    proxy.strike('reset')
    proxy.refuse(true)
    return () => proxy.refuse(false)
  },
} as const satisfies Record<string, Fault>

export type Kind = keyof typeof faults
export const kinds = Object.keys(faults) as readonly Kind[]

/** Befalls every connection as soon as anything passes on it, until it is taken away. */
function whoeverSpeaks(proxy: FaultProxy, deed: Deed, at: 'before' | 'after'): () => void {
  const removals = (['client', 'server'] as const).map((when) =>
    proxy.add({ when, do: deed, at, times: Number.POSITIVE_INFINITY }),
  )
  return () => {
    for (const remove of removals) remove()
  }
}

const inOrder = <T extends { readonly lot: number }>(those: readonly T[]) =>
  those.toSorted((a, b) => a.lot - b.lot)
