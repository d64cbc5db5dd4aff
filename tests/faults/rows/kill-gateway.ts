import { boundaryFindings, keepCrashing } from '../boundaries.ts'
import type { Row } from '../row.ts'
import { underLoad } from '../under-load.ts'

export const killGateway: Row = {
  name: 'kill-gateway',
  injects:
    'kill -9 of the gateway under load: before and after it writes a job down, changes one or publishes, before it hears of them, and at random; people repeat with the same Idempotency-Key',
  run: (world) =>
    underLoad(world, {
      row: 'kill-gateway',
      jobs: world.size(150, 3_000),
      perSecond: world.size(15, 20),
      async inject({ load, hit }) {
        const crashes = await keepCrashing(world, 'gateway', {
          isGoingOn: load.isSending,
          hit,
          kills: world.size(5, 1_000),
        })
        return boundaryFindings(crashes, world.profile)
      },
    }),
}
