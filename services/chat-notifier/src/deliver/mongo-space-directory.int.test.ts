import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ChatWorld, openChatWorld } from '../../test/chat-world.ts'
import { mongoSpaceBook } from './mongo-space-directory.ts'

let world: ChatWorld
beforeEach(async () => {
  world = await openChatWorld()
})
afterEach(() => world.close())

/** A book whose clock goes on when told to, and what it holds. */
function openBook() {
  let at = Date.now()
  const book = mongoSpaceBook(world.store, () => new Date(at))
  return {
    goOn: (ms: number) => {
      at += ms
    },
    names: async () => Array.from(await book.all(), ({ _id, name }) => `${_id} ${name}`).toSorted(),
  }
}

describe('the book of spaces', () => {
  it('has what was saved before it is asked: new spaces and changed ones', async () => {
    const { names } = openBook()
    await world.space('a')
    expect(await names()).toEqual(['a a'])
    await world.space('b')
    await world.changeSpace('a', { name: 'renamed' })
    expect(await names()).toEqual(['a renamed', 'b b'])
  })

  it('finds within ten seconds what a wrong clock hid, and what is gone', async () => {
    const { names, goOn } = openBook()
    await world.space('a')
    await names()
    await world.space('b', { updatedAt: new Date(Date.now() - 3_600_000) })
    await world.store.collection<{ _id: string }>('spaces').deleteOne({ _id: 'a' })
    expect(await names()).toEqual(['a a'])
    goOn(10_001)
    expect(await names()).toEqual(['b b'])
  })
})
