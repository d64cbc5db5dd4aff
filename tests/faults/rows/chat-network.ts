import { whileSpacesAreTold } from '../chat-story.ts'
import type { Row } from '../row.ts'
import { howWiresFail, noStrikes, strikeService, strikesTold } from '../wire-faults.ts'

export const chatNetwork: Row = {
  name: 'chat-network',
  injects: `while visits are marked, the chat notifier’s wires to NATS and to MongoDB fail for a moment in one way after the other: ${howWiresFail}`,
  counts: 'chat posts',
  hospital: { appointments: 500 },
  run(world) {
    let struck = noStrikes
    return whileSpacesAreTold(world, {
      row: 'chat-network',
      posts: world.size(300, 3_000),
      spaces: world.size(20, 150),
      async inject(isOver) {
        struck = await strikeService(world, 'chat-notifier', isOver)
      },
      injured: () => strikesTold(struck, world.size(4, 12)),
    })
  },
}
