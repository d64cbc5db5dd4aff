import type { Row } from '../row.ts'
import { underLoad } from '../under-load.ts'

export const natsWiped: Row = {
  name: 'nats-wiped',
  injects:
    'nats-server is killed with all jobs accepted and none done, and comes back without its data directory; nobody helps but the provisioner',
  // As many as one process may: what is in hand at once shares its writes. No wire is hurt, and proxies would take their
  // share of the processors.
  hospital: { exportsAtOnce: 16, isProxied: false },
  run: (world) =>
    underLoad(world, {
      row: 'nats-wiped',
      jobs: world.size(200, 10_000),
      perSecond: world.size(50, 150),
      // Longer than the bar, so that what is late is not called lost.
      settledWithinMs: world.size(60_000, 300_000),
      async inject({ load, hit }) {
        const { reports } = world.stack.services
        await reports.stop()
        await load.sent
        await Promise.all([world.stack.nats.wipe(), reports.start()])
        hit()
        return undefined
      },
      after: ({ settledMs }) => [
        { what: 'milliseconds until all accepted work was done', seen: settledMs, atMost: 45_000 },
      ],
    }),
}
