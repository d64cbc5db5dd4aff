import { setTimeout as sleep } from 'node:timers/promises'
import type { ChatDeed } from '@rounds/testing'
import { whileSpacesAreTold } from '../chat-story.ts'
import type { Row } from '../row.ts'
import type { World } from '../world.ts'

export const chat: Row = {
  name: 'chat',
  injects:
    'the chat notifier is killed every few seconds while it tells spaces what happened, and every sixth request to Google’s place ends otherwise than it should: 429, 500 with and without the message taken, no answer, a reset within the request or within the answer',
  counts: 'chat posts',
  hospital: { isProxied: false, appointments: 500 },
  run(world) {
    const killsBefore = world.kills.length
    const kills = () => world.kills.length - killsBefore
    let misdeeds = 0
    return whileSpacesAreTold(world, {
      row: 'chat',
      posts: world.size(300, 5_000),
      spaces: world.size(20, 150),
      async inject(isOver) {
        world.chatDoor.decide(() => {
          if (!world.chance.oneIn(6)) return undefined
          misdeeds += 1
          return deed(world)
        })
        while (!isOver() && kills() < world.size(3, 25)) {
          await sleep(world.between(4_000, 7_000))
          if (!isOver()) await world.crash('chat-notifier')
        }
      },
      injured: () => ({
        injected: kills() + misdeeds,
        notes: [`${kills()} kills and ${misdeeds} misdeeds`],
      }),
    })
  },
}

function deed({ chance }: World): ChatDeed {
  const among = <T>(...those: readonly [T, ...T[]]): T =>
    those[Math.floor(chance.next() * those.length)] ?? those[0]
  const bytes = Math.floor(chance.next() * 900)
  return among<ChatDeed>(
    { kind: 'answer', status: 429, headers: { 'retry-after': '2' } },
    { kind: 'answer', status: 429 },
    { kind: 'answer', status: 500 },
    { kind: 'answer', status: 503, takes: true },
    { kind: 'reset', afterBytes: bytes },
    { kind: 'cut answer', afterBytes: bytes % 200 },
    { kind: 'cut answer', afterBytes: 0 },
    { kind: 'hang', takes: chance.oneIn(2) },
  )
}
