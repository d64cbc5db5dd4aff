import { setTimeout as sleep } from 'node:timers/promises'
import type { Row } from '../row.ts'
import { underLoad } from '../under-load.ts'

export const natsKilled: Row = {
  name: 'nats-killed',
  injects: 'kill -9 of nats-server under load; it comes back after up to four seconds, again and again',
  run: (world) =>
    underLoad(world, {
      row: 'nats-killed',
      jobs: world.size(120, 1_500),
      perSecond: world.size(15, 20),
      async inject({ load, hit }) {
        for (let count = 0; count < world.size(3, 30) && load.isSending(); count += 1) {
          await sleep(world.between(500, 3_000))
          await world.stack.nats.kill()
          hit()
          await sleep(world.between(0, 4_000))
          await world.stack.nats.restart()
        }
        return undefined
      },
    }),
}
