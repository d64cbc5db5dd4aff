import { until } from '@rounds/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type MailerWorld, openMailerWorld, tomorrow } from '../../test/mailer-world.ts'
import { anAnnouncement } from '../../test/wanted.ts'
import { mongoMailAllowance } from '../mongo-mail-allowance.ts'

let world: MailerWorld
beforeEach(async () => {
  world = await openMailerWorld()
  await world.people([{ _id: 'ada', mail: 'ada@example.test' }])
})
afterEach(() => world.close())

const soon = {
  MAILS_PER_RECIPIENT_AND_DAY: '5',
  DIGEST_QUIET_SECONDS: '1',
  DIGEST_EVERY_MINUTES: '0',
}

const minutes = (number: number) => new Date(tomorrow().getTime() + number * 60_000)
const doctorOf = (number: number) => `Dr. No${String(number).padStart(3, '0')}.`

/** Visits of Ada, each with a doctor of its own by whom it is known in a mail, and the mail about each. */
async function book(count: number, from = 0) {
  return Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const number = from + index
      const _id = `visit-${number}`
      const doctor = { id: `doctor-${number}`, name: doctorOf(number), number: `D-${number}` }
      await world.appointment({ _id, startsAt: minutes(number), doctor })
      return world.want({
        batch: 'appointment',
        batchId: `${_id}-1-booked`,
        template: 'appointment-booked',
        occasion: `${_id}-1-booked`,
        appointmentId: _id,
      })
    }),
  )
}

/** How many mails tell of each visit. */
function tellings(count: number): number[] {
  const texts = world.sink.taken().map(({ text }) => text)
  return Array.from(
    { length: count },
    (_, number) => texts.filter((text) => text.includes(doctorOf(number))).length,
  )
}

/** Waits until each has an end, and nobody but a person decides about what is in doubt. */
const ended = () =>
  until(
    'the end of all',
    () =>
      world.store.collection('deliveries').countDocuments({
        $or: [
          { state: { $in: ['waiting', 'claimed', 'sending'] } },
          { state: 'in doubt', 'outcome.code': { $exists: false } },
        ],
      }),
    (open) => open === 0,
    100_000,
  )

const states = async (keys: readonly string[]) => Promise.all(keys.map(world.stands))

describe('300 visits that are booked for one patient in a moment', () => {
  it('reach them in the mails of a day and a digest, each in one of them, from two mailers', async () => {
    const keys = await book(300)
    await Promise.all([world.start(soon), world.start(soon)])
    await ended()

    const found = Map.groupBy(await states(keys), (state) => state)
    expect([found.get('sent')?.length, found.get('merged')?.length]).toEqual([5, 295])
    expect(world.sink.taken().length).toBeLessThanOrEqual(7)
    expect(tellings(300)).toEqual(Array(300).fill(1))
  }, 120_000)

  it('lose none when the mailer dies in the middle, first of the mails of a day and then of the digest', async () => {
    const keys = await book(100)
    for (const mails of [3, 6]) {
      const child = await world.start(soon)
      await until(
        `${mails} mails`,
        () => world.sink.taken().length,
        (count) => count >= mails,
      )
      await world.kill(child)
      await world.leaseOver()
      await world.due()
    }
    await world.start(soon)
    await ended()

    // A mail that the server took and its mailer did not note is sent once more under its identifier, and then left to a person.
    const distinct = new Map(world.sink.taken().map(({ messageId, text }) => [messageId, text]))
    expect(distinct.size).toBeLessThanOrEqual(7)
    const told = keys.map(
      (_, number) => [...distinct.values()].filter((text) => text.includes(doctorOf(number))).length,
    )
    const inDoubt = (await states(keys)).map((state) => state === 'in doubt')
    expect(told.filter((count, number) => count !== 1 && !inDoubt[number])).toEqual([])
  }, 120_000)
})

describe('a visit that waits for a digest', () => {
  it('and is cancelled meanwhile is told of as cancelled, and not as booked', async () => {
    const keys = await book(8)
    const child = await world.start({ ...soon, DIGEST_QUIET_SECONDS: '3600' })
    await until(
      'those that wait for the digest',
      () =>
        world.store.collection('deliveries').countDocuments({ state: 'waiting', 'outcome.kind': 'merged' }),
      (count) => count === 3,
    )
    await world.kill(child)
    const [merged] = (
      await Promise.all(keys.map(async (key) => ({ key, ...(await world.delivery(key)) })))
    ).filter(({ outcome }) => outcome?.kind === 'merged')
    const appointmentId = merged?.input.appointmentId ?? ''
    await world.changeAppointment(appointmentId, { status: 'cancelled', version: 2 })
    const cancellation = await world.want({
      batch: 'appointment',
      batchId: `${appointmentId}-2-cancelled`,
      template: 'appointment-cancelled',
      occasion: `${appointmentId}-2-cancelled`,
      appointmentId,
      appointmentVersion: 2,
    })
    await world.leaseOver()
    await world.due()
    await world.start(soon)
    await ended()

    expect(await world.stands(merged?.key ?? '')).toBe('suppressed')
    expect(await world.stands(cancellation)).toBe('merged')
    const texts = world.sink.taken().map(({ text }) => text)
    expect(texts.filter((text) => text.includes('Cancelled:'))).toHaveLength(1)
    const doctor = doctorOf(Number(appointmentId.slice('visit-'.length)))
    expect(texts.filter((text) => text.includes(doctor) && !text.includes('Cancelled:'))).toEqual([])
    const { digestId = '' } = (await world.delivery(cancellation)).outcome ?? {}
    expect((await world.delivery(digestId)).outcome?.listed).toContain(cancellation)
  })
})

describe('mail above the limit that is about no visit', () => {
  it('waits until there is room, and counts for the address however many lists name it', async () => {
    await world.campaign()
    const keys = await Promise.all(
      Array.from({ length: 8 }, (_, row) =>
        world.want({
          ...anAnnouncement,
          occasion: `list-${row}`,
          recipient: { kind: 'upload', id: `campaign-${row}`, name: 'Ada Rao', row },
        }),
      ),
    )
    await world.store.collection<{ _id: string }>('campaignRecipients').insertMany(
      keys.map((_, row) => ({
        _id: `campaign-${row}`,
        campaignId: 'campaign',
        row,
        mail: row % 2 === 0 ? 'ada@example.test' : 'ADA@example.test',
        name: 'Ada Rao',
        language: 'en',
        variables: {},
      })),
    )
    await world.start(soon)
    const later = new Date(Date.now() + 20 * 3_600_000)
    await until(
      'those that wait',
      () =>
        world.store
          .collection('deliveries')
          .countDocuments({ state: 'waiting', nextAttemptAt: { $gt: later } }),
      (count) => count === 3,
    )
    await until(
      'the mails of a day',
      () => world.sink.taken().length,
      (count) => count === 5,
    )
  })
})

describe('the places of a mailbox', () => {
  it('are given to so many and no more who ask at once, kept by whoever has one, and free after a day', async () => {
    let at = new Date()
    const secret = 'a secret of the tests, long enough to be one'
    const replicas = [1, 2].map(() => mongoMailAllowance(world.store, { secret, now: () => at }))
    const ask = (delivery: string, replica = 0) =>
      replicas[replica]?.take({ mailbox: 'ada@example.test', of: 'all', delivery, most: 5 })
    const asked = await Promise.all(Array.from({ length: 60 }, (_, n) => ask(`k${n}`, n % 2)))
    const granted = asked.flatMap((place, n) => (place?.isGranted ? [`k${n}`] : []))
    expect(granted).toHaveLength(5)
    expect(await ask(granted[3] ?? '')).toMatchObject({ isGranted: true, taken: 5 })

    const refused = await ask('another')
    expect(refused).toMatchObject({ isGranted: false, freeAt: new Date(at.getTime() + 24 * 3_600_000) })
    at = new Date(at.getTime() + 24 * 3_600_000)
    expect(await ask('another')).toMatchObject({ isGranted: true, taken: 1 })
    expect(JSON.stringify(await world.store.collection('mailAllowances').find().toArray())).not.toContain(
      'ada',
    )
  })
})
