import { setTimeout as sleep } from 'node:timers/promises'
import { percentile } from '../checker.ts'
import type { Row } from '../row.ts'
import { underLoad } from '../under-load.ts'

export const acceptWithNatsDown: Row = {
  name: 'accept-with-nats-down',
  injects:
    'nats-server is killed and stays away while 200 reports are asked for each second; then it comes back',
  run: (world) =>
    underLoad(world, {
      row: 'accept-with-nats-down',
      jobs: world.size(600, 3_000),
      perSecond: 200,
      settledWithinMs: 180_000,
      async inject({ load, hit }) {
        // The first third with the broker there: what the machine itself takes on this day.
        while (load.latencies.length < world.size(200, 1_000)) await sleep(20)
        await world.stack.nats.kill()
        hit()
        const before = load.latencies.length
        await load.sent
        const p99 = (latencies: readonly number[]) => Math.round(percentile(99, latencies))
        await world.stack.nats.restart()
        return {
          bars: [
            { what: 'milliseconds of an accept, p99', seen: p99(load.latencies.slice(before)), atMost: 50 },
            { what: 'requests that had to be repeated', seen: load.repeats(), atMost: 0 },
          ],
          notes: [`with the broker there, p99 ${p99(load.latencies.slice(0, before))} ms`],
        }
      },
    }),
}
