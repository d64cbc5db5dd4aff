import { setTimeout as sleep } from 'node:timers/promises'
import { type LocalMongoSet, startMongoSet } from '@rounds/local-servers'
import type { Row } from '../row.ts'
import { underLoad } from '../under-load.ts'

export const mongoStepdown: Row = {
  name: 'mongo-stepdown',
  injects:
    'a set of three mongods under load: the primary is made to step down, or is killed with -9 and comes back later',
  hospital: { startMongo: startMongoSet, isProxied: false },
  run: (world) =>
    underLoad(world, {
      row: 'mongo-stepdown',
      jobs: world.size(100, 1_000),
      perSecond: world.size(10, 10),
      async inject({ load, hit }) {
        const set = world.stack.mongo as LocalMongoSet
        for (let count = 0; count < world.size(2, 12) && load.isSending(); count += 1) {
          await sleep(world.between(1_000, 4_000))
          hit()
          if (count % 2 === 0) await set.stepDown()
          else {
            await set.kill()
            await sleep(world.between(1_000, 10_000))
            await set.restart()
          }
        }
        await world.stack.ready()
        return undefined
      },
    }),
}
