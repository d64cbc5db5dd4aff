import { setTimeout as sleep } from 'node:timers/promises'
import type { CampaignRecipientDocument, ConsentDocument } from '@rounds/contracts'
import { until } from '@rounds/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type MailerWorld, openMailerWorld, tomorrow } from '../../test/mailer-world.ts'

let world: MailerWorld
beforeEach(async () => {
  world = await openMailerWorld()
})
afterEach(() => world.close())

const patients = (count: number) =>
  Array.from({ length: count }, (_, n) => ({
    _id: `patient-${String(n).padStart(5, '0')}`,
    number: `P-${n}`,
    mail: `patient-${n}@example.test`,
  }))

const asked = () => world.batches.accept('campaign', { kind: 'campaign', cause: { correlationid: 'story' } })
const total = async () => {
  const { open, ...ends } = await world.counts('campaign')
  return { ...ends, open, ended: Object.values(ends).reduce((sum, count) => sum + count, 0) }
}
const batchState = async () => (await world.batches.read('campaign'))?.state

describe('a campaign of 2,000', () => {
  beforeEach(async () => {
    await world.people(patients(2_000))
    await world.campaign()
    await asked()
  })

  it('reaches everybody once, though its mailers are killed while they list and send', async () => {
    let child = await world.start()
    await until('a list begun', total, ({ open, ended }) => open + ended > 300)
    await world.kill(child)
    await world.leaseOver()
    child = await world.start()
    await until('half of them', total, ({ ended }) => ended > 1_000, 60_000)
    await world.kill(child)
    await world.leaseOver()
    await Promise.all([world.start(), world.start()])
    await until('the end', batchState, (state) => state === 'done', 90_000)

    const { sent, inDoubt, ended } = await total()
    expect(ended).toBe(2_000)
    // At most what one process had in its hand, each time.
    expect(inDoubt).toBeLessThanOrEqual(2 * 32)
    const keys = world.sink.taken().map(({ key }) => key)
    expect(new Set(keys).size).toBe(keys.length)
    expect(keys.length).toBeGreaterThanOrEqual(sent)
    const [said] = await world.said('batches', 'campaign')
    expect(said?.data).toMatchObject({ campaignId: 'campaign', expected: 2_000, sent, inDoubt })
  }, 180_000)

  it('stops within two seconds when it is paused, goes on, and is cancelled for good; every mail is counted at every moment', async () => {
    // A relay that takes its time: some must be left to be stopped.
    world.sink.decide(({ position }) => (position === 'dot' ? { dripMs: 5 } : undefined))
    await world.start()
    await until('some mails', total, ({ sent }) => sent > 100, 40_000)
    await until('the list', async () => (await world.batches.read('campaign'))?.outcome?.isListed === true)
    let wrong = 0
    let isWatched = true
    const watching = (async () => {
      while (isWatched) {
        const { ended, open } = await total()
        if (ended + open !== 2_000) wrong += 1
        await sleep(20)
      }
    })()

    await world.setCampaign('paused')
    await sleep(2_000)
    const atRest = world.sink.mails.length
    expect(atRest).toBeLessThan(2_000)
    await sleep(1_500)
    expect(world.sink.mails).toHaveLength(atRest)

    await world.setCampaign('sending')
    await until(
      'more mails',
      () => world.sink.mails.length,
      (count) => count > atRest + 50,
    )
    await world.setCampaign('cancelled')
    await sleep(2_000)
    const atEnd = world.sink.mails.length
    await until('the end', batchState, (state) => state === 'cancelled')
    isWatched = false
    await watching
    const { sent, cancelled, ended } = await total()
    expect(world.sink.mails).toHaveLength(atEnd)
    expect({ wrong, ended, rest: ended - sent - cancelled }).toEqual({ wrong: 0, ended: 2_000, rest: 0 })
    expect(cancelled).toBeGreaterThan(0)
  }, 120_000)
})

describe('who gets a campaign', () => {
  it('is whoever has a good address and wants it, and each of the others has a reason', async () => {
    await world.people([
      ...patients(22),
      { _id: 'bad', number: 'P-bad', mail: 'two@example.test, three@example.test' },
      { _id: 'none', number: 'P-none' },
      { _id: 'out', number: 'P-out', mail: 'out@example.test' },
      { _id: 'gone', number: 'P-gone', mail: 'gone@example.test', active: false },
    ])
    const consents = world.store.collection<ConsentDocument>('consents')
    const answer = { care: true, administrative: false, marketing: false }
    await consents.insertOne({ _id: 'out', ...answer, updatedAt: new Date(), via: 'person' })
    await world.campaign()
    await asked()
    await world.start()
    await until('the end', batchState, (state) => state === 'done')
    expect(await total()).toMatchObject({ sent: 22, failed: 2, suppressed: 1, ended: 25 })
  })

  it('is nobody when nobody fits, and that is an end as well', async () => {
    await world.campaign({ audience: { kind: 'people', role: 'patient', language: 'hi' } })
    await asked()
    await world.start()
    await until('the end', batchState, (state) => state === 'done')
    expect((await world.said('batches', 'campaign'))[0]?.data).toMatchObject({ expected: 0 })
  })

  it('are those with a visit, or the failed ones of another, or the rows of an upload', async () => {
    await world.people(patients(3))
    await world.appointment({ patient: { id: 'patient-00001', name: 'x', number: 'P-1' } })
    await world.campaign({ audience: { kind: 'people', role: 'patient', doctorId: 'rao' } })
    await asked()
    await world.start()
    await until('the end', batchState, (state) => state === 'done')
    expect(world.sink.taken().map(({ to }) => to)).toEqual([['patient-1@example.test']])

    await world.store.collection<CampaignRecipientDocument>('campaignRecipients').insertMany([
      { _id: 'up-2', campaignId: 'up', row: 2, mail: 'no address', name: 'A', language: 'en', variables: {} },
      {
        _id: 'up-3',
        campaignId: 'up',
        row: 3,
        mail: 'b@example.test',
        name: 'B',
        language: 'en',
        variables: { amount: '<12>' },
      },
    ])
    const texts = { en: { subject: 'Your bill', body: 'Dear {{ recipientName }}, it is {{ amount }}.' } }
    await world.campaign({ _id: 'up', audience: { kind: 'upload' }, texts })
    await world.batches.accept('up', { kind: 'campaign', cause: { correlationid: 'story' } })
    await until(
      'the end',
      async () => (await world.batches.read('up'))?.state,
      (state) => state === 'done',
    )
    expect(await world.counts('up')).toMatchObject({ sent: 1, failed: 1 })
    expect(world.sink.taken().at(-1)?.text).toContain('Dear B, it is <12>.')

    await world.campaign({ _id: 'again', audience: { kind: 'failed of', campaignId: 'up' } })
    await world.batches.accept('again', { kind: 'campaign', cause: { correlationid: 'story' } })
    await until(
      'the end',
      async () => (await world.batches.read('again'))?.state,
      (state) => state === 'done',
    )
    expect(await world.counts('again')).toMatchObject({ sent: 0, failed: 1 })
  }, 60_000)
})

describe('visit reminders', () => {
  const day = () => tomorrow().toLocaleDateString('sv-SE', { timeZone: 'Asia/Kolkata' })
  const remind = (fire: string) =>
    world.batches.accept(fire, {
      kind: 'reminders',
      days: [{ offset: 'day-before', day: day() }],
      cause: { correlationid: 'story' },
    })
  const over = (fire: string) =>
    until(
      'the list',
      async () => (await world.batches.read(fire))?.state,
      (state) => state === 'done',
    )

  it('come once for a visit, however often they are due, and anew once it was moved', async () => {
    await world.people([{ _id: 'ada', mail: 'ada@example.test' }])
    await world.appointment()
    await world.appointment({ _id: 'off', status: 'cancelled' })
    await world.start()
    await remind('first')
    await over('first')
    await remind('second')
    await over('second')
    // Those that wanted it first are who it is counted for: the second list has nothing to show, and nothing to miss.
    expect((await world.batches.read('first'))?.outcome).toMatchObject({ listed: 1 })
    expect((await world.batches.read('second'))?.outcome).toMatchObject({ listed: 0, isListed: true })
    await until(
      'the mail',
      () => world.sink.taken().length,
      (count) => count === 1,
    )

    await world.changeAppointment('visit', { version: 2 })
    await remind('third')
    await over('third')
    await until(
      'another',
      () => world.sink.taken().length,
      (count) => count === 2,
    )
    expect((await world.batches.read('third'))?.outcome).toMatchObject({ listed: 1, isListed: true })
  }, 60_000)
})

describe('the monthly report', () => {
  it('goes to each doctor once, with their month counted', async () => {
    await world.close()
    world = await openMailerWorld()
    await world.people([
      { _id: 'rao', kind: 'doctor', name: 'Dr. Rao', number: 'D-rao', mail: 'rao@example.test' },
    ])
    for (const [n, status] of (['checked', 'checked', 'missed', 'cancelled'] as const).entries())
      await world.appointment({ _id: `v${n}`, status, startsAt: new Date(`2026-10-0${n + 1}T05:00:00Z`) })
    await world.start()
    for (const fire of ['one', 'two'])
      await world.batches.accept(fire, {
        kind: 'activity',
        month: '2026-10',
        cause: { correlationid: 'story' },
      })
    await until(
      'the mail',
      () => world.sink.taken().length,
      (count) => count > 0,
    )
    await until(
      'the second',
      async () => (await world.batches.read('two'))?.state,
      (state) => state === 'done',
    )
    expect(world.sink.taken()).toHaveLength(1)
    const text = world.sink.taken()[0]?.text.replaceAll('=\r\n', '') ?? ''
    expect(text).toMatch(/Booked: 4\r\nSeen: 2\r\nDid not come: 1 \(33.3 %\)\r\nCancelled: 1/)
  }, 60_000)
})
