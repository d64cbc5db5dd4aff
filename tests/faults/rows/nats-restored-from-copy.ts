import { allPublished } from '../published.ts'
import type { Row } from '../row.ts'
import { underLoad } from '../under-load.ts'

export const natsRestoredFromCopy: Row = {
  name: 'nats-restored-from-copy',
  injects:
    'the directory of nats-server is copied; then jobs are accepted and published while no worker runs, nats-server is killed and comes back with the copy, which the hospital goes on publishing into',
  hospital: { isProxied: false },
  run: (world) =>
    underLoad(world, {
      row: 'nats-restored-from-copy',
      jobs: world.size(20, 1_000),
      perSecond: world.size(20, 100),
      settledWithinMs: world.size(60_000, 180_000),
      async inject({ load, hit }) {
        const { reports } = world.stack.services
        await reports.stop()
        const copy = await world.stack.nats.backUp()
        await load.sent
        await allPublished(world.stack)
        await copy.restore()
        hit()
        await reports.start()
        return undefined
      },
      after: ({ settledMs }) => [
        { what: 'milliseconds until all accepted work was done', seen: settledMs, atMost: 45_000 },
      ],
    }),
}
