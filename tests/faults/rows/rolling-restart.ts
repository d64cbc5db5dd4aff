import { setTimeout as sleep } from 'node:timers/promises'
import type { Row } from '../row.ts'
import { underLoad } from '../under-load.ts'

export const rollingRestart: Row = {
  name: 'rolling-restart',
  injects: 'the gateway, reports and the provisioner are stopped (SIGTERM) and started in turn under load',
  run: (world) =>
    underLoad(world, {
      row: 'rolling-restart',
      jobs: world.size(120, 1_500),
      perSecond: 15,
      async inject({ hit }) {
        const { gateway, reports, provisioner } = world.stack.services
        const turns = [reports, gateway, reports, gateway, provisioner]
        for (let count = 0; count < world.size(5, 20); count += 1) {
          const service = turns[count % turns.length] ?? reports
          await service.stop()
          await service.start()
          await world.stack.ready()
          hit()
          await sleep(world.between(200, 1_500))
        }
        return undefined
      },
    }),
}
