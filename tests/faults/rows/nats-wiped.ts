import type { Row } from '../row.ts'
import { underLoad } from '../under-load.ts'

export const natsWiped: Row = {
  name: 'nats-wiped',
  injects:
    'nats-server is killed with all jobs accepted and none done, and comes back without its data directory; nobody helps but the provisioner',
  run: (world) =>
    underLoad(world, {
      row: 'nats-wiped',
      jobs: world.size(200, 10_000),
      perSecond: world.size(50, 150),
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
