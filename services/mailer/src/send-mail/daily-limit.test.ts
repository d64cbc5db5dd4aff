import { type DeliveryInput, type DeliveryOutcome, usualConsent } from '@rounds/contracts'
import { memoryLedger } from '@rounds/ledger'
import { eventMaker } from '@rounds/messaging'
import { describe, expect, it } from 'vitest'
import { anAnnouncement, aReminder } from '../../test/wanted.ts'
import { deliverySorting } from '../delivery-work.ts'
import { deliveryMaker } from '../new-delivery.ts'
import { countedAs, DailyLimit } from './daily-limit.ts'

describe('the daily limit of a recipient', () => {
  const single = { ...anAnnouncement, batch: 'single' } as const

  it.each<[string, Pick<DeliveryInput, 'batch' | 'template' | 'appointmentId'>, object, string]>([
    ['counts mails about visits', aReminder, {}, 'visit'],
    ['counts mails of campaigns', anAnnouncement, {}, 'other'],
    [
      'counts mails that a schedule asked for',
      { ...single, template: 'report-ready' },
      { isAutomatic: true },
      'other',
    ],
    ['does not count what a person sends to one person', single, {}, 'not at all'],
    [
      'does not count what somebody mails to themself to try it',
      single,
      { test: { columns: [] } },
      'not at all',
    ],
    ['counts security mails for themselves', { ...single, template: 'sign-in-link' }, {}, 'security'],
    [
      'lets every digest pass, and counts it',
      { batch: 'appointment', template: 'visit-digest' },
      {},
      'digest',
    ],
  ])('%s', (_what, input, facts, counted) => {
    expect(countedAs(input, facts)).toBe(counted)
  })
})

describe('a mail about a visit above the limit', () => {
  it('makes one digest, though the process dies before that is written down', async () => {
    const world = await setUp()
    world.breakAccept(true)
    await expect(world.ask()).rejects.toThrow('the process died')
    const noted = (await world.ledger.read('v'))?.outcome?.digestId
    expect(await world.ledger.read(noted ?? '')).toBeUndefined()

    world.breakAccept(false)
    expect(await world.ask()).toMatchObject({ state: 'waiting', reason: 'DIGEST' })
    expect((await world.ledger.read('v'))?.outcome?.digestId).toBe(noted)
    expect(await world.ledger.read(noted ?? '')).toMatchObject({
      state: 'waiting',
      input: { template: 'visit-digest', recipient: { id: 'ada' }, batchId: noted },
    })
  })

  it('joins the next digest when the one it waited for was sent without it', async () => {
    const world = await setUp()
    await world.ask()
    const first = (await world.ledger.read('v'))?.outcome?.digestId ?? ''
    await world.end(first, { kind: 'sent', listed: ['another'] })
    await world.ask()
    const second = (await world.ledger.read('v'))?.outcome?.digestId ?? ''
    expect(second).not.toBe(first)
    await world.end(second, { kind: 'sent', listed: ['v'] })
    expect(await world.ask()).toMatchObject({ state: 'done', outcome: { kind: 'merged', digestId: second } })
  })
})

it('a security mail above the limit of its own is not sent, and says so', async () => {
  const world = await setUp({ batch: 'single', template: 'sign-in-link' })
  expect(await world.ask()).toMatchObject({
    state: 'done',
    outcome: {
      kind: 'suppressed',
      code: 'SECURITY_MAIL_LIMIT',
      decisions: [{ gate: 'daily limit', verdict: 'suppress', reason: '5 of 3' }],
    },
  })
})

/** A mailbox without room, and one mail, `v`; about a visit if nothing else is said. */
async function setUp(said: Partial<DeliveryInput> = {}) {
  const ledger = memoryLedger<DeliveryInput, DeliveryOutcome>({ repeating: 'doubtful', ...deliverySorting })
  const digests: string[] = []
  let isBroken = false
  const facts = { consent: usualConsent, recentlySent: [] }
  const daily = new DailyLimit({
    facts: { of: async () => facts },
    allowance: { take: async () => ({ isGranted: false, taken: 5, freeAt: new Date() }) },
    digests: {
      async latestOf() {
        const key = digests.at(-1)
        return key === undefined ? undefined : { key, isOpen: (await ledger.read(key))?.state === 'waiting' }
      },
      membersOf: async () => [],
      lastSentAt: async () => undefined,
    },
    deliveries: {
      read: ledger.read,
      async accept(key, input) {
        if (isBroken) throw new Error('the process died')
        digests.push(key)
        return ledger.accept(key, input)
      },
    },
    delivery: deliveryMaker(({ occasion }) => `after ${occasion}`),
    make: eventMaker('mailer'),
    house: { hospitalName: 'Rounds', zone: 'Asia/Kolkata', publicUrl: 'https://rounds.example.test' },
    limit: { mailsADay: 5, securityMailsADay: 3, quietMs: 0, everyMs: 0 },
    now: () => new Date(),
  })
  await ledger.accept('v', { ...aReminder, purpose: 'care', templateVersion: 1, ...said })
  const claimed = async (key: string) => {
    const claim = await ledger.claim(key)
    if (!claim) throw new Error(`${key} does not wait`)
    return claim
  }
  return {
    ledger,
    breakAccept(broken: boolean) {
      isBroken = broken
    },
    /** One attempt, as `sendMail` makes it. */
    async ask() {
      const claim = await claimed('v')
      try {
        const ending =
          (await daily.joined(claim)) ?? (await daily.admitted(claim, facts, 'ada@example.test', [])).ending
        if (ending) await claim.settle(ending)
        return ending
      } catch (error) {
        await claim.settle({ state: 'abandoned', reason: 'died', afterMs: 0 })
        throw error
      }
    },
    async end(key: string, outcome: Partial<DeliveryOutcome> & Pick<DeliveryOutcome, 'kind'>) {
      await (await claimed(key)).settle({ state: 'done', outcome: { decisions: [], ...outcome }, says: [] })
    },
  }
}
