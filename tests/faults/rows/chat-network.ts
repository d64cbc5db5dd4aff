import { whileSpacesAreTold } from '../chat-story.ts'
import type { Row } from '../row.ts'
import {
  cutsBar,
  howWiresFail,
  noStrikes,
  strikesNote,
  strikesWithoutEnd,
  strikeWires,
} from '../wire-faults.ts'

export const chatNetwork: Row = {
  name: 'chat-network',
  injects: `while visits are marked, the chat notifier’s wires to NATS and to MongoDB fail for a moment in one way after the other: ${howWiresFail}`,
  counts: 'chat posts',
  hospital: { appointments: 500 },
  run(world) {
    const wires = world.wires.filter(({ service }) => service === 'chat-notifier')
    let struck = noStrikes
    return whileSpacesAreTold(world, {
      row: 'chat-network',
      posts: world.size(300, 3_000),
      spaces: world.size(20, 150),
      async inject(isOver) {
        struck = await strikeWires(world, strikesWithoutEnd(wires, world), { pauseMs: 1_800, isOver })
      },
      injured: () => ({
        injected: struck.strikes.length,
        bars: [cutsBar(struck), { what: 'faults', seen: struck.strikes.length, atLeast: world.size(4, 12) }],
        notes: [strikesNote(struck)],
      }),
    })
  },
}
