import { mailsAtOnce, whileMailIsSent } from '../mail-story.ts'
import type { Row } from '../row.ts'
import { howWiresFail, isSilent, noStrikes, strikeService, strikesTold } from '../wire-faults.ts'

export const mailNetwork: Row = {
  name: 'mail-network',
  injects: `while a campaign is sent, the mailer’s wires to NATS and to MongoDB fail for a moment in one way after the other: ${howWiresFail}`,
  counts: 'mails',
  hospital: { appointments: 500 },
  run(world) {
    let struck = noStrikes
    return whileMailIsSent(world, {
      row: 'mail-network',
      mails: world.size(2_000, 15_000),
      async inject({ isNearEnd }) {
        // A relay that takes its time: a campaign that is over at once would meet nothing.
        world.sink.decide(({ position }) => (position === 'dot' ? { dripMs: 5 } : undefined))
        struck = await strikeService(world, 'mailer', isNearEnd)
      },
      injured: () => ({
        ...strikesTold(struck, world.size(4, 12)),
        // Doubts are left by whoever cannot reach the ledger for longer than a lease, and at most these.
        inHand:
          struck.strikes.filter((one) => one.wire.server === 'mongo' && isSilent(one)).length * mailsAtOnce,
        unanswered: 0,
      }),
    })
  },
}
