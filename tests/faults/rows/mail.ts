import { setTimeout as sleep } from 'node:timers/promises'
import type { SmtpMoment, SmtpPosition } from '@rounds/testing'
import { mailsAtOnce, whileMailIsSent } from '../mail-story.ts'
import type { Row } from '../row.ts'

/** From here on a break leaves it unknown whether the mail arrived. */
const doubtful: readonly SmtpPosition[] = ['text', 'dot', 'answered']

export const mail: Row = {
  name: 'mail',
  injects:
    'the mailer is killed every few seconds while it sends a campaign, and the mail server resets connections at random positions of the protocol: before the greeting, at each command, within the text, after the dot, and right after its answer',
  counts: 'mails',
  hospital: { isProxied: false, appointments: 500 },
  run(world) {
    const killsBefore = world.kills.length
    const kills = () => world.kills.length - killsBefore
    let breaks = 0
    let doubtfulBreaks = 0
    return whileMailIsSent(world, {
      row: 'mail',
      mails: world.size(600, 10_000),
      async inject({ isNearEnd }) {
        world.sink.decide(({ position }: SmtpMoment) => {
          if (!world.chance.oneIn(100)) return undefined
          breaks += 1
          if (doubtful.includes(position)) doubtfulBreaks += 1
          return 'reset'
        })
        while (!(await isNearEnd()) && kills() < world.size(4, 200)) {
          await sleep(world.between(1_500, 4_000))
          await world.crash('mailer')
        }
      },
      injured: () => ({
        injected: kills() + breaks,
        inHand: kills() * mailsAtOnce,
        unanswered: doubtfulBreaks,
        notes: [`${kills()} kills and ${breaks} resets, ${doubtfulBreaks} of them within or after the text`],
      }),
    })
  },
}
