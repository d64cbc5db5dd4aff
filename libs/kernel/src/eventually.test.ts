import { describe, expect, it } from 'vitest'
import { eventually } from './eventually.ts'
import { silent } from './log.ts'

describe('what begins eventually', () => {
  it('is not waited for, and tried again until it has begun', async () => {
    let tries = 0
    const events = eventually(
      'events',
      async () => {
        tries += 1
        if (tries < 3) throw new Error('nobody provisioned it yet')
      },
      silent,
      1,
    )

    await events.start()

    await expect.poll(() => tries).toBe(3)
  })

  it('holds up nobody who stops while it has not begun', async () => {
    const events = eventually('events', () => new Promise<void>(() => {}), silent)

    await events.start()
    await events.stop()
  })
})
