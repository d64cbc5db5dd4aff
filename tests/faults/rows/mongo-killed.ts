import { setTimeout as sleep } from 'node:timers/promises'
import type { Row } from '../row.ts'
import { underLoad } from '../under-load.ts'

export const mongoKilled: Row = {
  name: 'mongo-killed',
  injects: 'kill -9 of mongod under load; it comes back after up to three seconds, again and again',
  run: (world) =>
    underLoad(world, {
      row: 'mongo-killed',
      jobs: world.size(120, 1_500),
      perSecond: world.size(15, 20),
      async inject({ load, hit }) {
        for (let count = 0; count < world.size(2, 30) && load.isSending(); count += 1) {
          await sleep(world.between(500, 3_000))
          await world.stack.mongo.kill()
          hit()
          await sleep(world.between(0, 3_000))
          await world.stack.mongo.restart()
        }
        await world.stack.ready()
        return undefined
      },
    }),
}
