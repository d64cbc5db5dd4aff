import { type DeliveryOutcome, mailBounced, suppressionRequested } from '@rounds/contracts'
import { eventMaker } from '@rounds/messaging'
import { describe, expect, it } from 'vitest'
import { anAnnouncement } from '../../test/wanted.ts'
import { doSuppressionRequest, handleBounce } from './suppress.ts'

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
    expect(world.happened).toEqual(['add ada@example.test bounced', 'note d1 returned'])
  })

  it('of a mailbox that is full marks its mail as failed, and ends nothing', async () => {
    const world = setUp({ bounce: { ...bounce, status: '5.2.2' } })
    await world.bounced()
    expect(world.happened).toEqual(['note d1 returned'])
  })

  it('of an alias ends mail to the address that was written to', async () => {
    const world = setUp({
      bounce: {
        ...bounce,
        finalRecipient: 'box7@backend.example.test',
        originalRecipient: 'ada@example.test',
      },
    })
    await world.bounced()
    expect(world.happened).toEqual(['add ada@example.test bounced', 'note d1 returned'])
  })

  it('of a mail in doubt shows that it left and came back', async () => {
    const world = setUp({
      bounce,
      state: 'in doubt',
      outcome: { ...toAda, kind: 'in doubt', code: 'NO_ANSWER' },
    })
    await world.bounced()
    expect(world.happened).toEqual(['add ada@example.test bounced', 'resolve d1 failed RETURNED returned b1'])
  })

  it.each(['ada@example.test', ''])(
    'that is a complaint and names %j ends mail, and its mail stays sent',
    async (named) => {
      const { status: _, ...complaint } = { ...bounce, finalRecipient: named, action: 'complained' }
      const world = setUp({ bounce: complaint })
      await world.bounced()
      expect(world.happened).toEqual(['add ada@example.test complaint', 'note d1 complaint'])
    },
  )

  it.each([
    ['names no mail', { ...bounce, deliveryId: undefined }, toAda],
    ['names a mail that we never sent', { ...bounce, deliveryId: 'd9' }, toAda],
    ['names a mail that went nowhere', bounce, { kind: 'suppressed', decisions: [] } as const],
  ])('that %s may come from anybody: it ends nothing, and is told', async (_, which, outcome) => {
    const world = setUp({ bounce: which, outcome })
    expect(await world.bounced()).toEqual({ kind: 'done' })
    expect(world.happened).toEqual(['unproven b1'])
  })

  it.each([
    ['a bounce', bounce],
    ['a complaint', { ...bounce, action: 'complained' }],
    ['one without an address', { ...bounce, finalRecipient: 'rfc822;' }],
  ])(
    'that is %s of a mail to somebody else ends nothing, and is noted with that mail for a person',
    async (_, which) => {
      const world = setUp({ bounce: which, outcome: { ...toAda, to: 'bina@example.test' } })
      expect(await world.bounced()).toEqual({ kind: 'done' })
      expect(world.happened).toEqual(['unproven b1', 'note d1 other address'])
    },
  )

  it('that is quicker than the end of its mail is heard again', async () => {
    const world = setUp({ bounce, state: 'sending' })
    expect(await world.bounced()).toMatchObject({ kind: 'retry' })
    expect(world.happened).toEqual([])
  })

  it.each([
    ['that is only late', { ...bounce, action: 'delayed', status: '4.4.1' }, undefined, []],
    ['after which a person lifted it', bounce, lift, ['note d1 returned']],
  ])('%s ends nothing', async (_, which, newest, happened) => {
    const world = setUp({ bounce: which, newest })
    expect(await world.bounced()).toEqual({ kind: 'done' })
    expect(world.happened).toEqual(happened)
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
  state?: 'done' | 'sending' | 'in doubt'
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
      resolve: async (
        key: string,
        { state, outcome }: { state: string; outcome: DeliveryOutcome },
        by: string,
      ) => {
        happened.push(`resolve ${key} ${state} ${outcome.code} ${outcome.bounce?.kind} ${by}`)
        return true
      },
    },
    noteBounce: async (key: string, _messageId: string | undefined, { kind }: { kind: string }) =>
      void happened.push(`note ${key} ${kind}`),
    make: eventMaker('mailer'),
    onUnproven: (id: string) => void happened.push(`unproven ${id}`),
  }
  return {
    happened,
    ask: () => doSuppressionRequest(deps)(make(suppressionRequested, { requestId: 'r1' }), signal),
    bounced: () => handleBounce(deps)(make(mailBounced, { bounceId: 'b1' }), signal),
  }
}
