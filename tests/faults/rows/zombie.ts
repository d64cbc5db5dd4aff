import { setTimeout as sleep } from 'node:timers/promises'
import { freePorts } from '@rounds/local-servers'
import { command } from '../boundaries.ts'
import type { Row } from '../row.ts'
import { underLoad } from '../under-load.ts'
import type { World } from '../world.ts'

/** Longer than a lease of 20 s and the sweep that finds it over. */
const pastLeaseMs = 27_000

export const zombie: Row = {
  name: 'zombie',
  injects:
    'reports is stopped (SIGSTOP) while it writes and settles, for longer than its lease, while another replica takes over; then it goes on (SIGCONT)',
  run: (world) =>
    underLoad(world, {
      row: 'zombie',
      jobs: world.size(120, 1_000),
      perSecond: world.size(10, 10),
      async inject({ load, hit }) {
        const [port] = await freePorts(1)
        const heir = await world.stack.replica('reports', { OPS_PORT: String(port) })
        try {
          for (let count = 0; count < world.size(1, 4); count += 1) {
            await sleep(world.between(500, 2_000))
            await stopAtWrite(world)
            hit()
            await sleep(pastLeaseMs)
            world.stack.services.reports.kill('SIGCONT')
            if (count > 0) await load.one()
          }
          await load.sent
          await world.stack.ready('reports')
        } finally {
          world.stack.services.reports.kill('SIGCONT')
          await heir.stop()
        }
        return undefined
      },
    }),
}

/** Stops it as it writes to its ledger: the write is on its way, and its answer is not heard. */
function stopAtWrite(world: World): Promise<void> {
  return new Promise((resolve) => {
    const remove = world.proxies.reports.mongo.add({
      when: 'client',
      match: command('update', 'exports'),
      at: 'after',
      atHit: () => {
        world.stack.services.reports.kill('SIGSTOP')
        resolve()
      },
    })
    setTimeout(() => {
      remove()
      world.stack.services.reports.kill('SIGSTOP')
      resolve()
    }, 3_000).unref()
  })
}
