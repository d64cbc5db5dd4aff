import type { Row } from '../row.ts'
import { underLoad } from '../under-load.ts'
import { cutsBar, howWiresFail, kinds, strikesOn, strikeWires } from '../wire-faults.ts'
import type { World } from '../world.ts'

export const network: Row = {
  name: 'network',
  injects: `between every service and NATS, and between every service and MongoDB, one wire after the other fails for a moment in one way after the other: ${howWiresFail}`,
  run: (world) =>
    underLoad(world, {
      row: 'network',
      jobs: world.size(220, 1_800),
      perSecond: world.size(8, 10),
      settledWithinMs: 120_000,
      async inject({ load, hit }) {
        const strikes = strikesOn(world.wires, world, 2)
        const before = restarts(world)
        const struck = await strikeWires(world, strikes, {
          pauseMs: world.size(1_800, 2_800),
          onHit: hit,
        })
        const since = Date.now()
        await world.stack.ready()
        const readyMs = Date.now() - since
        await load.sent
        return {
          bars: [
            cutsBar(struck),
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
