import { EventEmitter } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import type { MongoClient } from 'mongodb'
import { expect, it } from 'vitest'
import { databaseClock } from './database-clock.ts'

const day = new Date('2031-05-04T03:02:01Z')

it('goes on from what the primary said last, whatever the clock here says', async () => {
  const { clock, heard } = setUp()
  heard({ isWritablePrimary: true, localTime: day })
  const first = clock().getTime()
  await sleep(20)
  const goneBy = clock().getTime() - day.getTime()
  expect(first - day.getTime()).toBeLessThan(goneBy)
  expect(goneBy).toBeLessThan(5_000)
})

it('does not heed who is not the primary', () => {
  const { clock, heard } = setUp()
  heard({ isWritablePrimary: true, localTime: day })
  heard({ isWritablePrimary: false, localTime: new Date(0) })
  expect(clock().getTime()).toBeGreaterThanOrEqual(day.getTime())
})

it('refuses to guess before it has heard anything', () => {
  expect(() => setUp().clock()).toThrow('has not been heard of yet')
})

function setUp() {
  const client = new EventEmitter()
  const clock = databaseClock(client as unknown as MongoClient)
  return { clock, heard: (reply: object) => client.emit('serverHeartbeatSucceeded', { reply }) }
}
