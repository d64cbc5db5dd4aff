import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ChatWorld, openChatWorld } from '../../test/chat-world.ts'
import { mongoSpaceCounts } from './mongo-space-counts.ts'

let world: ChatWorld
beforeEach(async () => {
  world = await openChatWorld()
  await world.visits({ _id: 'visit' })
})
afterEach(() => world.close())

describe('how many spaces stand where', () => {
  it('counts those that wait for an admin apart, until they go on or are removed', async () => {
    for (const spaceId of ['well', 'refused', 'refused-and-removed']) await world.space(spaceId)
    await world.space('off', { active: false })
    for (const spaceId of ['refused', 'refused-and-removed']) {
      await world.want(spaceId, 'visit')
      world.door.next(spaceId, { kind: 'answer', status: 404 })
      await world.teller().takeTurn(spaceId)
    }
    await world.removeSpace('refused-and-removed')

    expect(await counted()).toEqual({ active: 1, off: 1, stopped: 1 })

    await world.changeSpace('refused', { version: 2, resumedAtVersion: 2 })
    expect(await counted()).toEqual({ active: 2, off: 1, stopped: 0 })
  })

  const counted = async () => Object.fromEntries(await mongoSpaceCounts(world.store)())
})
