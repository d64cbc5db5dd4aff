import { type DeliveryOutcome, mailBounced, suppressionRequested } from '@rounds/contracts'
import { eventMaker } from '@rounds/messaging'
import { describe, expect, it } from 'vitest'
import { anAnnouncement } from '../../test/wanted.ts'
import { doSuppressionRequest, heedBounce } from './suppress.ts'

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
  deliveryId: 'd1',
  receivedAt: at,
}
const toAda = { kind: 'sent', to: 'Ada@example.test', decisions: [] } as const
const input = { ...anAnnouncement, purpose: 'administrative', templateVersion: 1 } as const
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
    ['names no mail', { ...bounce, deliveryId: undefined }, toAda],
    ['names a mail that we never sent', { ...bounce, deliveryId: 'd9' }, toAda],
    ['names a mail to somebody else', bounce, { ...toAda, to: 'bina@example.test' }],
    ['names a mail that went nowhere', bounce, { kind: 'suppressed', decisions: [] } as const],
  ])('that %s may come from anybody: it ends nothing, and is told', async (_, which, outcome) => {
    const world = setUp({ bounce: which, outcome })
    expect(await world.bounced()).toEqual({ kind: 'done' })
    expect(world.happened).toEqual(['unproven b1'])
  })

  it('that is quicker than the end of its mail is heard again', async () => {
    const world = setUp({ bounce, state: 'sending' })
    expect(await world.bounced()).toMatchObject({ kind: 'retry' })
    expect(world.happened).toEqual([])
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

function setUp({
  request,
  newest,
  bounce: which,
  outcome = toAda,
  state = 'done',
}: {
  request?: object | undefined
  newest?: object | undefined
  bounce?: object
  outcome?: DeliveryOutcome
  state?: 'done' | 'sending'
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
    deliveries: {
      read: async (key: string) =>
        key === 'd1'
          ? {
              key,
              state,
              fence: 1,
              attempts: 1,
              cancelAsked: false,
              nextAttemptAt: at,
              acceptedAt: at,
              input,
              outcome,
            }
          : undefined,
    },
    onUnproven: (id: string) => void happened.push(`unproven ${id}`),
  }
  return {
    happened,
    ask: () => doSuppressionRequest(deps)(make(suppressionRequested, { requestId: 'r1' }), signal),
    bounced: () => heedBounce(deps)(make(mailBounced, { bounceId: 'b1' }), signal),
  }
}
