import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { cannotMount, mountSmall } from '../mounts.ts'
import type { Row } from '../row.ts'
import { underLoad } from '../under-load.ts'

export const diskFull: Row = {
  name: 'disk-full',
  injects:
    'the artifact store has no byte left, in the middle of files; some seconds later there is room again, and nothing is restarted',
  notHere: () => cannotMount('mount'),
  async run(world) {
    const directory = world.stack.artifactsDir
    const unmount = mountSmall(directory, 65_536)
    try {
      return await underLoad(world, {
        row: 'disk-full',
        jobs: world.size(60, 400),
        perSecond: world.size(10, 10),
        settledWithinMs: 180_000,
        async inject({ hit }) {
          const filler = join(directory, 'filler')
          for (let count = 0; count < world.size(1, 5); count += 1) {
            await sleep(world.between(500, 2_000))
            // Fails with what is left of the disk written, which is what it is for.
            await writeFile(filler, Buffer.alloc(80 * 1024 * 1024)).catch(() => {})
            hit()
            await sleep(world.between(2_000, 5_000))
            await rm(filler)
          }
          return undefined
        },
        after: () => [{ what: 'restarts of reports', seen: world.stack.restarts('reports'), atMost: 0 }],
      })
    } finally {
      unmount()
    }
  },
}
