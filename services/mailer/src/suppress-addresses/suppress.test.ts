import { mailBounced, suppressionRequested } from '@rounds/contracts'
import { eventMaker } from '@rounds/messaging'
import { describe, expect, it } from 'vitest'
import { doSuppressionRequest, heedBounce, isGone } from './suppress.ts'

const make = eventMaker('gateway')
const at = new Date(1_000)
const add = {
  _id: 'r1',
  mail: 'Ada@Example.test',
  action: 'add',
  reason: 'complaint',
  requestedBy: 'asha',
  requestedAt: at,
} as const
const lift = { ...add, _id: 'r2', action: 'lift', requestedAt: new Date(2_000) } as const
const bounce = {
  _id: 'b1',
  finalRecipient: 'ada@example.test',
  action: 'failed',
  status: '5.1.1',
  receivedAt: at,
}
const signal = { attempt: 1, signal: new AbortController().signal }

describe('what is wanted of the suppression list', () => {
  it('is done under the spelling that all have in common', async () => {
    const world = setUp({ request: add })
    expect(await world.ask()).toEqual({ kind: 'done' })
    expect(world.happened).toEqual(['add ada@example.test complaint'])
  })

  it('is not done again when an old wish comes late', async () => {
    const world = setUp({ request: add, newest: lift })
    await world.ask()
    expect(world.happened).toEqual(['lift ada@example.test'])
  })

  it.each([
    ['a wish that nobody wrote down', undefined],
    ['what is no address', { ...add, mail: 'ada@example.test\r\nBcc: x@example.test' }],
  ])('refuses %s', async (_, request) => {
    const world = setUp({ request })
    expect(await world.ask()).toMatchObject({ kind: 'reject' })
    expect(world.happened).toEqual([])
  })
})

describe('a bounce', () => {
  it('ends mail to where nobody is', async () => {
    const world = setUp({ bounce })
    await world.bounced()
    expect(world.happened).toEqual(['add ada@example.test bounced'])
  })

  it.each([
    ['of a mailbox that is full', { ...bounce, status: '5.2.2' }, undefined],
    ['that is only late', { ...bounce, action: 'delayed', status: '4.4.1' }, undefined],
    ['after which a person lifted it', bounce, lift],
    ['that names no address', { ...bounce, finalRecipient: 'rfc822;' }, undefined],
  ])('%s ends nothing', async (_, which, newest) => {
    const world = setUp({ bounce: which, newest })
    expect(await world.bounced()).toEqual({ kind: 'done' })
    expect(world.happened).toEqual([])
  })
})

it('knows by its number what is gone', () => {
  expect(['5.0.0', '5.1.1', '5.1.2', '5.1.10', '5.2.1'].filter((status) => !isGone(status))).toEqual([])
  expect(['5.1.7', '5.1.8', '5.2.2', '5.3.4', '5.7.1', '4.1.1', ''].filter(isGone)).toEqual([])
})

function setUp({
  request,
  newest,
  bounce: which,
}: {
  request?: object | undefined
  newest?: object | undefined
  bounce?: object
}) {
  const happened: string[] = []
  const deps = {
    suppressions: {
      add: async ({ _id, reason }: { _id: string; reason: string }) =>
        void happened.push(`add ${_id} ${reason}`),
      lift: async (key: string) => void happened.push(`lift ${key}`),
    },
    wishes: {
      suppressionRequest: async () => request as typeof add | undefined,
      newestSuppressionRequest: async () => newest as typeof add | undefined,
      bounce: async () => which as typeof bounce | undefined,
    },
  }
  return {
    happened,
    ask: () => doSuppressionRequest(deps)(make(suppressionRequested, { requestId: 'r1' }), signal),
    bounced: () => heedBounce(deps)(make(mailBounced, { bounceId: 'b1' }), signal),
  }
}
