import { boundaryFindings, keepCrashing } from '../boundaries.ts'
import type { Row } from '../row.ts'
import { underLoad } from '../under-load.ts'

export const killReports: Row = {
  name: 'kill-reports',
  injects:
    'kill -9 of reports under load: before and after each write of its ledger, each read of rows, each event it says or acknowledges and before it hears of them, and at random',
  run: (world) =>
    underLoad(world, {
      row: 'kill-reports',
      jobs: world.size(150, 3_000),
      perSecond: world.size(12, 20),
      async inject({ load, hit }) {
        const crashes = await keepCrashing(world, 'reports', {
          isGoingOn: load.isSending,
          hit,
          kills: world.size(4, 1_000),
        })
        return boundaryFindings(crashes, world.profile)
      },
    }),
}
