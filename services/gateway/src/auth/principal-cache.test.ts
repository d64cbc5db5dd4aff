import { describe, expect, it } from 'vitest'
import type { Principal } from '../http/principal.ts'
import { principalCache, rememberedMs } from './principal-cache.ts'

describe('who was let in a moment ago', () => {
  it('is known without a question', async () => {
    const { comes, asked, wait } = setUp()
    expect(await comes()).toEqual(rao)
    wait(rememberedMs - 1)
    expect(await comes()).toEqual(rao)
    expect(asked()).toBe(1)
  })

  it('is out after a second where somebody else shut them out', async () => {
    const { comes, shutOut, wait } = setUp()
    await comes()
    shutOut()
    wait(rememberedMs)
    expect(await comes()).toBeUndefined()
  })

  it('is out at once where this process did', async () => {
    const { comes, shutOut, invalidatingAfter } = setUp()
    await comes()
    await invalidatingAfter(async () => shutOut())()
    expect(await comes()).toBeUndefined()
  })

  it('is out also when it cannot be known whether they were shut out', async () => {
    const { comes, shutOut, invalidatingAfter } = setUp()
    await comes()
    const failing = invalidatingAfter(async () => {
      shutOut()
      throw new Error('the answer was lost')
    })
    await expect(failing()).rejects.toThrow('lost')
    expect(await comes()).toBeUndefined()
  })

  it('is not remembered when they were shut out while they were looked up', async () => {
    const { comes, shutOut, invalidatingAfter, hold } = setUp()
    const release = hold()
    const lookedUpBefore = comes()
    await invalidatingAfter(async () => shutOut())()
    release()
    expect(await lookedUpBefore).toEqual(rao)
    expect(await comes()).toBeUndefined()
  })

  it('is asked about again when the clock was set back', async () => {
    const { comes, shutOut, wait } = setUp()
    await comes()
    shutOut()
    wait(-60_000)
    expect(await comes()).toBeUndefined()
  })

  it('is nobody else, and no session is a token', async () => {
    const { resolvePrincipal, asked } = setUp()
    await resolvePrincipal({ kind: 'session', hash: 'one', isActivity: false })
    await resolvePrincipal({ kind: 'token', hash: 'one', isActivity: false })
    await resolvePrincipal({ kind: 'session', hash: 'other', isActivity: false })
    expect(asked()).toBe(3)
  })
})

it('who was refused is let in as soon as they may', async () => {
  const { comes, shutOut, letIn } = setUp()
  shutOut()
  expect(await comes()).toBeUndefined()
  letIn()
  expect(await comes()).toEqual(rao)
})

const rao: Principal = {
  personId: 'rao',
  role: 'doctor',
  language: 'en',
  name: 'Dr. Rao',
  via: { kind: 'session', sessionId: 'hash' },
}

/** A door that Dr. Rao may come through until shut out. */
function setUp() {
  let at = 1_000_000
  let may = true
  let asked = 0
  let held: Promise<void> | undefined
  const { resolvePrincipal, invalidatingAfter } = principalCache(
    async () => {
      asked += 1
      const found = may ? rao : undefined
      await held
      return found
    },
    () => new Date(at),
  )
  return {
    resolvePrincipal,
    invalidatingAfter,
    comes: () => resolvePrincipal({ kind: 'session', hash: 'hash', isActivity: false }),
    asked: () => asked,
    shutOut: () => {
      may = false
    },
    letIn: () => {
      may = true
    },
    wait: (ms: number) => {
      at += ms
    },
    hold() {
      let release = () => {}
      held = new Promise((resolve) => {
        release = resolve
      })
      return release
    },
  }
}
