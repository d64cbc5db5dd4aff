import { freePorts, type LocalNatsCluster, startNatsCluster } from '@rounds/local-servers'
import { over } from '../over.ts'
import { allPublished } from '../published.ts'
import type { Row } from '../row.ts'
import { isWorkLeft, underLoad } from '../under-load.ts'

export const natsClusterDiskLost: Row = {
  name: 'nats-cluster-disk-lost',
  injects:
    'three nats-servers; the one that leads EVENTS loses its disk and comes back, with jobs published and none done: first with each stream on one server, then with each on three',
  hospital: { isProxied: false, startNats: startNatsCluster },
  run: (world) =>
    underLoad(world, {
      row: 'nats-cluster-disk-lost',
      jobs: world.size(20, 500),
      perSecond: world.size(20, 50),
      settledWithinMs: world.size(90_000, 180_000),
      async inject({ load, hit }) {
        const nats = world.stack.nats as LocalNatsCluster
        const { reports, provisioner } = world.stack.services
        await reports.stop()
        await load.sent
        const alone = await loseDisk()

        const [port = 0] = await freePorts(1)
        await provisioner.stop()
        await world.stack.replica('provisioner', { NATS_REPLICAS: '3', OPS_PORT: `${port}` })
        await nats.replicated('EVENTS', 3)
        await reports.stop()
        await Promise.all(Array.from({ length: world.size(20, 200) }, () => load.one()))
        const leader = await loseDisk()
        return { notes: [`EVENTS was on ${alone} alone; later ${leader} led it`] }

        async function loseDisk() {
          await allPublished(world.stack)
          const name = await nats.loseDiskOf('EVENTS')
          hit()
          await reports.start()
          if (!(await over(async () => !(await isWorkLeft(world)), 90_000)))
            throw new Error(`work is left although ${name} has been back for 90 seconds`)
          return name
        }
      },
    }),
}
