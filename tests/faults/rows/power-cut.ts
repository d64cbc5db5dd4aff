import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { cannotMount, mountCuttable } from '../mounts.ts'
import type { Row } from '../row.ts'
import { underLoad } from '../under-load.ts'

export const powerCut: Row = {
  name: 'power-cut',
  injects:
    'the power of the artifact store is cut while files are written (ext4, EXT4_IOC_SHUTDOWN without flushing the journal); reports is killed, the file system comes back with what had reached the disk',
  notHere: () => cannotMount('mount', 'mkfs.ext4', 'python3'),
  async run(world) {
    const disk = mountCuttable(world.stack.artifactsDir, join(world.stack.dataDir, 'disk.img'))
    try {
      return await underLoad(world, {
        row: 'power-cut',
        jobs: world.size(80, 600),
        perSecond: world.size(10, 10),
        settledWithinMs: 120_000,
        async inject({ load, hit }) {
          const { gateway, reports } = world.stack.services
          for (let count = 0; count < world.size(1, 8) && load.isSending(); count += 1) {
            await sleep(world.between(1_000, 4_000))
            disk.cut()
            hit()
            // Everything on that machine dies with it.
            for (const service of [gateway, reports]) service.kill('SIGKILL')
            const at = Date.now()
            world.kills.push({ service: 'gateway', at }, { service: 'reports', at })
            await Promise.all([gateway.stop(), reports.stop()])
            await retried(disk.remount)
            await Promise.all([gateway.start(), reports.start()])
            await world.stack.ready()
          }
          return undefined
        },
      })
    } finally {
      disk.unmount()
    }
  },
}

/** Our own witness may be reading there at this moment. */
async function retried(act: () => void) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return act()
    } catch (fault) {
      if (attempt === 50) throw fault
      await sleep(100)
    }
  }
}
