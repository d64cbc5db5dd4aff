import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { MailDocument } from '@rounds/contracts'
import { faultProxy, smtpSink, testCertificate, until } from '@rounds/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type MailerWorld, openMailerWorld } from '../../test/mailer-world.ts'
import { anAnnouncement, aReminder } from '../../test/wanted.ts'

let world: MailerWorld
beforeEach(async () => {
  world = await openMailerWorld()
  await world.people([{ _id: 'ada', mail: 'ada@example.test' }])
  await world.appointment()
})
afterEach(() => world.close())

describe('a mail that is wanted', () => {
  it('is sent once by two mailers, with its reasons kept, and said', async () => {
    const key = await world.want()
    await Promise.all([world.start(), world.start()])
    await until(
      'the mail',
      () => world.stands(key),
      (state) => state === 'sent',
    )

    expect(world.sink.taken()).toMatchObject([{ key, to: ['ada@example.test'], isAnswered: true }])
    const { outcome, says } = await world.delivery(key)
    expect(outcome).toMatchObject({
      kind: 'sent',
      to: 'ada@example.test',
      messageId: `<${key}.0@hospital.example.test>`,
      reply: { code: 250, status: '2.0.0' },
      decisions: expect.arrayContaining([expect.objectContaining({ gate: 'address', verdict: 'pass' })]),
    })
    expect(says).toEqual(['mail.sent'])
    expect(world.sink.taken()[0]?.text).toContain('Auto-Submitted: auto-generated')
  })

  it('is not sent when the visit was called off meanwhile', async () => {
    await world.changeAppointment('visit', { status: 'cancelled', version: 2 })
    const key = await world.want()
    await world.start()
    await until(
      'the end',
      () => world.stands(key),
      (state) => state === 'suppressed',
    )
    expect(world.sink.mails).toEqual([])
    expect((await world.delivery(key)).outcome).toMatchObject({ code: 'APPOINTMENT_CANCELLED' })
  })

  it('fails for good at an address that nobody has, which gets nothing any more', async () => {
    world.sink.add({ at: 'RCPT', do: { reply: '550 5.1.1 <ada@example.test> no such user' } })
    const first = await world.want()
    const child = await world.start()
    await until(
      'the end',
      () => world.stands(first),
      (state) => state === 'failed',
    )
    expect((await world.delivery(first)).outcome).toMatchObject({
      code: 'REFUSED',
      reply: { code: 550, status: '5.1.1' },
    })

    const second = await world.want({ occasion: 'visit-1-day-before' })
    await until(
      'the end',
      () => world.stands(second),
      (state) => state === 'suppressed',
    )
    expect((await world.delivery(second)).outcome).toMatchObject({ code: 'REFUSED_BEFORE' })
    expect(world.logOf(child)).not.toContain('ada@example')
  })

  it('waits after an answer that says later, and goes then', async () => {
    world.sink.add({ at: 'RCPT', do: { reply: '450 4.7.1 greylisted' } })
    const key = await world.want()
    await world.start()
    await until(
      'the refusal',
      () => world.delivery(key),
      ({ attempts, state }) => attempts === 1 && state === 'waiting',
    )
    await world.due()
    await until(
      'the mail',
      () => world.stands(key),
      (state) => state === 'sent',
    )
    expect(world.sink.taken()).toHaveLength(1)
  })

  it('waits while the relay is away, uses up no attempt, and goes when it is back', async () => {
    world.sink.away(true)
    const key = await world.want()
    await world.start()
    await until(
      'a try',
      () => world.sink.connections(),
      (count) => count > 0,
    )
    await until(
      'the put back',
      () => world.delivery(key),
      ({ attempts, state }) => attempts === 0 && state === 'waiting',
    )
    world.sink.away(false)
    await until(
      'the mail',
      () => world.stands(key),
      (state) => state === 'sent',
      40_000,
    )
  })
})

describe('silence after the whole text', () => {
  it('leads to the same mail once more where missing is worse than twice', async () => {
    world.sink.add({ at: 'dot', do: 'reset' })
    const key = await world.want()
    await world.start()
    await until(
      'the second',
      () => world.stands(key),
      (state) => state === 'sent',
    )
    const ids = world.sink.mails.map(({ messageId }) => messageId)
    expect(ids).toEqual([`<${key}.0@hospital.example.test>`, `<${key}.0@hospital.example.test>`])
  })

  it('and silence again leaves it to a person', async () => {
    world.sink.add({ at: 'dot', do: 'reset', times: 2 })
    const key = await world.want()
    await world.start()
    await until(
      'the doubt',
      () => world.delivery(key),
      ({ outcome, state }) => state === 'in doubt' && !!outcome?.code,
    )
    const { says, outcome } = await world.delivery(key)
    expect(outcome).toMatchObject({ kind: 'in doubt', code: 'NO_ANSWER', to: 'ada@example.test' })
    expect(says).toEqual(['mail.doubted'])
    expect(world.sink.mails).toHaveLength(2)
  })

  it('leaves it to a person at once where twice is worse', async () => {
    await world.campaign()
    world.sink.add({ at: 'dot', do: 'close' })
    const key = await world.want(anAnnouncement)
    await world.start()
    await until(
      'the doubt',
      () => world.delivery(key),
      ({ outcome, state }) => state === 'in doubt' && !!outcome?.code,
    )
    expect(world.sink.mails).toHaveLength(1)
    const answer = {
      state: 'waiting',
      outcome: { kind: 'in doubt', decisions: [], occurrence: 1 },
      says: [],
    } as const
    await world.deliveries.resolve(key, answer, 'a person')
    await until(
      'the mail',
      () => world.stands(key),
      (state) => state === 'sent',
    )
    expect(world.sink.mails[1]?.messageId).toBe(`<${key}.1@hospital.example.test>`)
  })
})

it('a mail that a slow relay is taking when its campaign is called off ends as the relay says', async () => {
  await world.campaign()
  // Longer than workers wait for those that do not listen, when nobody says otherwise.
  world.sink.add({ at: 'dot', do: { dripMs: 900 } })
  const key = await world.want(anAnnouncement)
  await world.start()
  await until('the text', () => world.sink.mails.length > 0)
  await world.setCampaign('cancelled')
  await until(
    'the call',
    () => world.delivery(key),
    ({ cancelAsked }) => cancelAsked,
  )
  await until(
    'the end',
    () => world.stands(key),
    (state) => state !== 'sending',
    40_000,
  )
  expect(await world.stands(key)).toBe('sent')
})

describe('a mailer killed', () => {
  it.each([
    ['before the greeting', 'greeting', 'sent', 1],
    ['at the recipient', 'RCPT', 'in doubt', 0],
    ['before the text', 'DATA', 'in doubt', 0],
    ['after the whole text', 'dot', 'in doubt', 1],
  ] as const)(
    '%s: nothing is lost, and nothing comes twice unknown',
    async (_, position, expected, received) => {
      await world.campaign()
      world.sink.add({ at: position, do: 'hang' })
      const key = await world.want(anAnnouncement)
      const child = await world.start()
      const held = position === 'greeting' ? 'claimed' : 'sending'
      await until(
        'the moment',
        () => world.delivery(key),
        ({ state }) => state === held && world.sink.open() > 0,
      )
      if (position === 'dot') await until('the text', () => world.sink.mails.length > 0)
      await world.kill(child)
      await world.leaseOver()

      await world.start()
      await until(
        'the end',
        () => world.delivery(key),
        ({ stands, outcome }) => stands === expected && !!outcome,
      )
      expect(world.sink.taken()).toHaveLength(received)
    },
  )

  it('that sends reminders sends those anew that broke off, once', async () => {
    world.sink.add({ at: 'dot', do: 'hang' })
    const key = await world.want()
    const child = await world.start()
    await until('the text', () => world.sink.mails.length > 0)
    await world.kill(child)
    await world.leaseOver()
    await world.start()
    await until(
      'the mail',
      () => world.stands(key),
      (state) => state === 'sent',
    )
    expect(world.sink.mails).toHaveLength(2)
  })

  it('politely finishes what is in its hand', async () => {
    world.sink.add({ at: 'dot', do: { dripMs: 20 } })
    const key = await world.want()
    const child = await world.start()
    await until('the text', () => world.sink.mails.length > 0)
    await world.kill(child, 'SIGTERM')
    expect(await world.stands(key)).toBe('sent')
  })
})

describe('a relay with TLS', () => {
  it.each(['STARTTLS', 'the first byte'] as const)(
    'from %s takes mails from whoever was told to trust its certificate',
    async (from) => {
      const certificate = await testCertificate()
      const dir = await mkdtemp(join(tmpdir(), 'rounds-trust-'))
      const trusted = join(dir, 'relay.pem')
      await writeFile(trusted, certificate.cert)
      const sink = await smtpSink({ tls: { ...certificate, from } })
      try {
        const key = await world.want()
        await world.start({ SMTP_URL: sink.url, SMTP_TLS: 'required', NODE_EXTRA_CA_CERTS: trusted })
        await until(
          'the mail',
          () => world.stands(key),
          (state) => state === 'sent',
        )
        expect(sink.taken()).toMatchObject([{ key }])
      } finally {
        await sink.close()
        await rm(dir, { recursive: true })
      }
    },
  )

  it('that is not trusted gets nothing, and the log says why', async () => {
    const sink = await smtpSink({ tls: { ...(await testCertificate()), from: 'STARTTLS' } })
    try {
      const key = await world.want()
      const child = await world.start({ SMTP_URL: sink.url, SMTP_TLS: 'required' })
      await until('the sentence', () => world.logOf(child).includes('certificate is not trusted'))
      await until(
        'the put back',
        () => world.delivery(key),
        ({ attempts, state }) => attempts === 0 && state === 'waiting',
      )
      expect(sink.mails).toEqual([])
    } finally {
      await sink.close()
    }
  })
})

it('a mail waits while the database is away, and goes once when it is back', async () => {
  const proxy = await faultProxy(Number(new URL(world.databaseUrl).port))
  try {
    const url = new URL(world.databaseUrl)
    url.port = `${proxy.port}`
    // A driver that learnt the set's own address would go around the proxy.
    url.searchParams.set('directConnection', 'true')
    const child = await world.start({ MONGO_URL: url.href })
    const first = await world.want()
    await until(
      'the first mail',
      () => world.stands(first),
      (state) => state === 'sent',
    )

    proxy.refuse(true)
    proxy.strike('reset')
    const second = await world.want({ occasion: 'visit-1-day-before' })
    await until('its complaint', () => world.logOf(child).length > 0)
    expect(await world.stands(second)).toBe('waiting')
    proxy.refuse(false)

    await until(
      'the second mail',
      () => world.stands(second),
      (state) => state === 'sent',
      60_000,
    )
    expect(world.sink.taken().map(({ key }) => key)).toEqual([first, second])
    expect(child.exitCode).toBeNull()
  } finally {
    await proxy.close()
  }
})

it('a template that somebody tries on themself is filled with invented values, and says that it is a test', async () => {
  await world.store.collection<MailDocument>('mails').insertOne({
    _id: 'try-1',
    recipientId: 'ada',
    template: 'doctor-activity',
    purpose: 'administrative',
    test: true,
    language: 'hi',
    requestedBy: 'ada',
    requestedAt: new Date(),
    correlationid: 'story',
  })
  const { appointmentId: _, appointmentVersion: _version, ...mail } = aReminder
  await world.deliveries.accept('try-1', {
    ...mail,
    batchId: 'try-1',
    batch: 'single',
    template: 'doctor-activity',
    language: 'hi',
    purpose: 'care',
    templateVersion: 1,
  })
  await world.start()
  await until(
    'the mail',
    () => world.stands('try-1'),
    (state) => state === 'sent',
  )
  expect((await world.delivery('try-1')).outcome?.subject).toMatch(/^\[Test\] /)
  const [taken] = world.sink.taken()
  expect(taken).toMatchObject({ to: ['ada@example.test'] })
  expect(taken?.text).not.toMatch(/^List-Unsubscribe:/im)
})
