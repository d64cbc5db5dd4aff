import {
  type CampaignState,
  type DeliveryInput,
  type DeliveryOutcome,
  type SuppressionDocument,
  usualConsent,
} from '@rounds/contracts'
import { CallOff, DeadlineError, LostClaimError, memoryLedger } from '@rounds/ledger'
import { eventMaker } from '@rounds/messaging'
import { describe, expect, it } from 'vitest'
import { anAnnouncement } from '../../test/wanted.ts'
import { deliverySorting } from '../delivery-work.ts'
import type { MailTransport, Verdict } from '../mail-transport.ts'
import { deliveryMaker } from '../new-delivery.ts'
import { type SendMailDeps, sendMail } from './send-mail.ts'

const accepted: Verdict = { kind: 'accepted', bytes: 1, reply: { code: 250 } }

describe('before the first byte', () => {
  it('it is written down once that the mail is about to leave, however many tries there are', async () => {
    const world = await setUp({
      async send(_mail, begin) {
        await begin()
        await begin()
        return accepted
      },
    })
    expect(await world.perform()).toMatchObject({ state: 'done' })
    expect(world.intended()).toBe(1)
  })

  it('waits, and is in no doubt, when the ledger gives no answer before it begins', async () => {
    const world = await setUp({
      intend: async () => {
        throw new Error('the connection broke')
      },
      async send(_mail, begin) {
        await begin()
        throw new Error('it left nevertheless')
      },
    })
    const ending = await world.perform()
    expect(ending).toMatchObject({ state: 'waiting', reason: 'the ledger gave no answer' })
    // A ledger that never takes it may be this mail's fault.
    expect(ending).not.toHaveProperty('uncounted')
  })

  it('is somebody else’s when its claim was lost before it began', async () => {
    const world = await setUp({
      intend: async () => {
        throw new LostClaimError('k')
      },
      async send(_mail, begin) {
        await begin()
        return accepted
      },
    })
    await expect(world.perform()).rejects.toThrow(LostClaimError)
  })

  it.each(['paused', 'cancelled'] as const)(
    'of a second try it is asked again, and a mail of a campaign that was %s meanwhile does not leave',
    async (state) => {
      const world = await setUp({
        async send(_mail, begin) {
          await begin()
          world.campaignIs(state)
          await begin()
          return accepted
        },
      })
      expect(await world.perform()).toMatchObject({ state: 'waiting', uncounted: true })
    },
  )

  it('who waited in line until the time was over has used up no attempt', async () => {
    const world = await setUp({ send: untilAborted })
    const ending = world.perform()
    world.abort(new DeadlineError('took too long'))
    expect(await ending).toMatchObject({
      state: 'waiting',
      uncounted: true,
      reason: 'no connection was free',
    })
  })

  it('who was called off in line is put back, and not in doubt', async () => {
    const world = await setUp({ send: untilAborted })
    const ending = world.perform()
    world.abort(new CallOff('k'))
    expect(await ending).toMatchObject({ state: 'waiting', uncounted: true })
  })
})

it('a mail of a campaign above the daily limit of its recipient waits for room, and nothing of it leaves', async () => {
  const world = await setUp({
    send: async () => {
      throw new Error('it must not be sent')
    },
    mailsADay: 0,
  })
  const ending = await world.perform()
  expect(ending).toMatchObject({ state: 'waiting', reason: 'DAILY_LIMIT', uncounted: true })
  expect('afterMs' in ending && ending.afterMs).toBeGreaterThan(59_000)
})

it('a mail that is being sent when it is called off is sent to its end', async () => {
  const world = await setUp({
    async send(_mail, begin, { breakOff }) {
      await begin()
      world.abort(new CallOff('k'))
      expect(breakOff.aborted).toBe(false)
      return accepted
    },
  })
  expect(await world.perform()).toMatchObject({ state: 'done', outcome: { kind: 'sent' } })
})

it('a mail whose file is gone fails by that name, and nothing of it leaves', async () => {
  const world = await setUp({
    send: async () => {
      throw new Error('it must not be sent')
    },
    attachmentOf: async () => 'ATTACHMENT_GONE',
  })
  expect(await world.perform()).toMatchObject({ state: 'failed', outcome: { code: 'ATTACHMENT_GONE' } })
})

it('a mail whose text names what is empty for its recipient fails by that name, and nothing of it leaves', async () => {
  const world = await setUp({
    send: async () => {
      throw new Error('it must not be sent')
    },
    body: 'Come to {{ department }}.',
  })
  expect(await world.perform()).toMatchObject({ state: 'failed', outcome: { code: 'MISSING_VALUE' } })
})

describe('an address that the relay refuses', () => {
  it.each([
    ['550 without a status, at the recipient', { code: 550 }, true, true],
    ['551 without a status, at the recipient', { code: 551 }, true, true],
    ['553 without a status, at the recipient', { code: 553 }, true, true],
    ['552 without a status, at the recipient', { code: 552 }, true, false],
    ['450 without a status, at the recipient', { code: 450 }, true, false],
    ['550 without a status, of the text', { code: 550 }, false, false],
    ['550 5.1.1', { code: 550, status: '5.1.1' }, false, true],
    ['550 5.7.1, a policy', { code: 550, status: '5.7.1' }, true, false],
    ['552 5.2.2, a full mailbox', { code: 552, status: '5.2.2' }, true, false],
  ])('by %s', async (_, reply, isOfRecipient, isSuppressed) => {
    const world = await setUp({
      async send(_mail, begin) {
        await begin()
        return { kind: 'refused', reply, isOfRecipient }
      },
    })
    await world.perform()
    expect(world.suppressed).toEqual(
      isSuppressed
        ? [
            {
              address: 'ada@example.test',
              source: 'k',
              ...('status' in reply ? { status: reply.status } : {}),
            },
          ]
        : [],
    )
  })
})

const untilAborted: MailTransport['send'] = (_mail, _begin, { leave }) =>
  new Promise((_, reject) => {
    if (leave.aborted) reject(leave.reason)
    leave.addEventListener('abort', () => reject(leave.reason))
  })

interface Setting {
  readonly send: MailTransport['send']
  readonly intend?: () => Promise<void>
  readonly attachmentOf?: SendMailDeps['attachmentOf']
  readonly body?: string
  readonly mailsADay?: number
}

async function setUp({
  send,
  intend,
  attachmentOf = async () => [],
  body = 'We open at eight.',
  mailsADay = 10,
}: Setting) {
  const asked: string[] = []
  const ledger = memoryLedger<DeliveryInput, DeliveryOutcome>({ repeating: 'doubtful', ...deliverySorting })
  const controller = new AbortController()
  const suppressed: Pick<SuppressionDocument, 'status'>[] = []
  let state: CampaignState = 'sending'
  let intended = 0
  const make = eventMaker('mailer')
  await ledger.accept('k', { ...anAnnouncement, purpose: 'administrative', templateVersion: 1 })
  const [taken] = await ledger.claimMany(1)
  if (!taken) throw new Error('nothing to claim')
  const claim = {
    ...taken,
    async intend() {
      intended += 1
      await (intend ?? taken.intend)()
    },
  }
  const perform = sendMail({
    facts: {
      of: async () => ({
        recipient: { name: 'Ada Rao', mail: 'ada@example.test', isActive: true },
        consent: usualConsent,
        recentlySent: [],
      }),
      suppressionOf: async () => undefined,
    },
    allowance: {
      async take({ delivery, most }) {
        asked.push(delivery)
        return { isGranted: asked.length <= most, taken: asked.length, freeAt: new Date(Date.now() + 60_000) }
      },
    },
    digests: {
      latestOf: async () => undefined,
      membersOf: async () => [],
      lastSentAt: async () => undefined,
    },
    deliveries: ledger,
    delivery: deliveryMaker(({ occasion, template }) => `${template} ${occasion}`),
    limit: { mailsADay, securityMailsADay: 1, quietMs: 60_000, everyMs: 3_600_000 },
    campaigns: {
      of: async (id) => ({ id, state, texts: { en: { subject: 'New hours', body } } }),
      maySend: () => state === 'sending',
    },
    transport: { send },
    paceOf: () => 0,
    place: async () => {},
    heard: () => {},
    suppress: async (entry) => void suppressed.push(entry),
    attachmentOf,
    make,
    house: { hospitalName: 'Rounds', zone: 'Asia/Kolkata', publicUrl: 'https://rounds.example.test' },
    mailDomain: 'hospital.example.test',
    signInTokenOf: (mailId) => `token-of-${mailId}`,
    tokens: { current: 'k1', secrets: { k1: 'a secret of the tests, long enough to be one' } },
    rules: {
      quietHours: { from: '00:00', until: '00:00' },
      cap: 9,
      windowMs: 1,
      hospitalZone: 'Asia/Kolkata',
    },
    now: () => new Date(),
    chance: () => 1,
  })
  return {
    suppressed,
    perform: () => perform(claim, controller.signal),
    abort: (reason: Error) => controller.abort(reason),
    intended: () => intended,
    campaignIs(next: CampaignState) {
      state = next
    },
  }
}
