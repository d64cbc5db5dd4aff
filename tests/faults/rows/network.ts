import { setTimeout as sleep } from 'node:timers/promises'
import type { Deed, FaultProxy } from '@rounds/testing'
import type { Row } from '../row.ts'
import { underLoad } from '../under-load.ts'
import type { Wire, World } from '../world.ts'

export const network: Row = {
  name: 'network',
  injects:
    'between every service and NATS, and between every service and MongoDB, one wire after the other fails for a moment in one way after the other: connections are cut before or after what is on its way, slowed down, silent (open, and nothing passes any more), half open (the server is gone, the client is not told), or reset and refused; what went silent stays so, and its service has to find out',
  run: (world) =>
    underLoad(world, {
      row: 'network',
      jobs: world.size(220, 1_800),
      perSecond: world.size(8, 10),
      settledWithinMs: 120_000,
      async inject({ load, hit }) {
        const strikes = planned(world)
        const before = restarts(world)
        let cuts = 0
        let met = 0
        for (const { wire, kind } of strikes) {
          await sleep(world.between(500, world.size(1_800, 2_800)))
          const { hits } = wire.proxy.counts()
          const heal = faults[kind](wire.proxy, world)
          hit()
          await sleep(world.between(300, 1_800))
          heal()
          if (!kind.startsWith('cut')) continue
          cuts += 1
          if (wire.proxy.counts().hits > hits) met += 1
          // Nothing was said meanwhile: cut in silence, then.
          else wire.proxy.strike('cut')
        }
        const since = Date.now()
        await world.stack.ready()
        const readyMs = Date.now() - since
        await load.sent
        return {
          bars: [
            { what: `cuts, of ${cuts}, that met something on its way`, seen: met, atLeast: cuts / 2 },
            { what: 'processes that ended', seen: restarts(world) - before, atMost: 0 },
            {
              what: 'milliseconds after the last fault until every service was ready',
              seen: readyMs,
              atMost: 60_000,
            },
          ],
          notes: [
            `${new Set(strikes.map(({ wire }) => wire)).size} of ${world.wires.length} wires, each of ${kinds.length} kinds of fault ${strikes.length / kinds.length} times`,
          ],
        }
      },
      after: ({ settledMs }) => [
        {
          what: 'milliseconds after the last fault until everything accepted was settled',
          seen: settledMs,
          atMost: 90_000,
        },
      ],
    }),
}

const restarts = ({ stack }: World) =>
  Object.values(stack.services).reduce((sum, service) => sum + service.restarts(), 0)

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

type Kind = keyof typeof faults
const kinds = Object.keys(faults) as readonly Kind[]

/** Befalls every connection as soon as anything passes on it, until it is taken away. */
function whoeverSpeaks(proxy: FaultProxy, deed: Deed, at: 'before' | 'after'): () => void {
  const removals = (['client', 'server'] as const).map((when) =>
    proxy.add({ when, do: deed, at, times: Number.POSITIVE_INFINITY }),
  )
  return () => {
    for (const remove of removals) remove()
  }
}

/** The long profile does everything to every wire; the short one everything to two of them. */
function planned({
  wires,
  chance,
  size,
}: World): ReadonlyArray<{ readonly wire: Wire; readonly kind: Kind }> {
  const everything = wires.flatMap((wire) => kinds.map((kind) => ({ wire, kind, lot: chance.next() })))
  const byKind = Map.groupBy(inOrder(everything), ({ kind }) => kind)
  return inOrder([...byKind.values()].flatMap((those) => those.slice(0, size(2, wires.length))))
}

const inOrder = <T extends { readonly lot: number }>(those: readonly T[]) =>
  those.toSorted((a, b) => a.lot - b.lot)
