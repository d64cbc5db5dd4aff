import { describe, expect, it } from 'vitest'
import { roomFor } from './room.ts'

describe('room', () => {
  it('is taken as far as it goes, and again once it is given back', () => {
    const room = roomFor(3)
    expect([room.take(2), room.take(2), room.take(1)]).toEqual([2, 1, 0])
    room.giveBack(2)
    expect(room.take(5)).toBe(2)
  })

  it('goes no further than the permits, and gives those back', () => {
    let left = 1
    const permits = {
      take: (atMost: number) => {
        const taken = Math.min(left, atMost)
        left -= taken
        return taken
      },
      giveBack: (count: number) => {
        left += count
      },
    }
    const room = roomFor(3, permits)
    expect([room.take(3), room.takeOneWithin(0)]).toEqual([1, expect.any(Promise)])
    room.giveBack(1)
    expect(left).toBe(0)
  })

  it('is given to those who wait, in their order, before those who come', async () => {
    const room = roomFor(1)
    expect(room.takeOneWithin(60_000)).toBe(true)
    const came: string[] = []
    const asked = ['first', 'second'].map(async (who) => {
      if (await room.takeOneWithin(60_000)) came.push(who)
    })
    room.giveBack(1)
    await asked[0]
    expect([came, room.take(1)]).toEqual([['first'], 0])
    room.giveBack(1)
    await Promise.all(asked)
    expect(came).toEqual(['first', 'second'])
  })

  it('is not there for whoever waited long enough, nor kept for them afterwards', async () => {
    const room = roomFor(1)
    room.take(1)
    expect(await room.takeOneWithin(1)).toBe(false)
    room.giveBack(1)
    expect(room.take(1)).toBe(1)
  })

  it('is not there for those who are sent away', async () => {
    const room = roomFor(1)
    room.take(1)
    const asked = room.takeOneWithin(60_000)
    room.sendAway()
    expect(await asked).toBe(false)
    room.giveBack(1)
    expect(room.take(1)).toBe(1)
  })
})
