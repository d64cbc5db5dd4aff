import { mailsAtOnce, whileMailIsSent } from '../mail-story.ts'
import type { Row } from '../row.ts'
import {
  cutsBar,
  howWiresFail,
  noStrikes,
  strikesNote,
  strikesWithoutEnd,
  strikeWires,
} from '../wire-faults.ts'

export const mailNetwork: Row = {
  name: 'mail-network',
  injects: `while a campaign is sent, the mailer’s wires to NATS and to MongoDB fail for a moment in one way after the other: ${howWiresFail}`,
  counts: 'mails',
  hospital: { appointments: 500 },
  run(world) {
    const wires = world.wires.filter(({ service }) => service === 'mailer')
    let struck = noStrikes
    return whileMailIsSent(world, {
      row: 'mail-network',
      mails: world.size(2_000, 15_000),
      async inject({ isNearEnd }) {
        // A relay that takes its time: a campaign that is over at once would meet nothing.
        world.sink.decide(({ position }) => (position === 'dot' ? { dripMs: 5 } : undefined))
        struck = await strikeWires(world, strikesWithoutEnd(wires, world), {
          pauseMs: 1_800,
          isOver: isNearEnd,
        })
      },
      injured: () => ({
        injected: struck.strikes.length,
        // Doubts are left by whoever cannot reach the ledger for longer than a lease, and at most these.
        inHand: struck.strikes.filter(({ wire }) => wire.server === 'mongo').length * mailsAtOnce,
        unanswered: 0,
        bars: [cutsBar(struck), { what: 'faults', seen: struck.strikes.length, atLeast: world.size(4, 12) }],
        notes: [strikesNote(struck)],
      }),
    })
  },
}
