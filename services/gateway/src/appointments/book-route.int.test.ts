import type { AppointmentDocument } from '@rounds/contracts'
import { testServers } from '@rounds/local-servers'
import type { WithOutbox } from '@rounds/mongo'
import { aPerson } from '@rounds/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestServer } from '../../test/open-door.ts'

describe('booking', () => {
  let door: Awaited<ReturnType<typeof createTestServer>>
  beforeAll(async () => {
    door = await createTestServer(testServers().freshDatabase())
    const racers = Array.from({ length: 8 }, (_, n) => [
      aPerson({ _id: `racer-${n}`, kind: 'patient', number: `R-${n}` }),
      aPerson({ _id: `runner-${n}`, kind: 'doctor', number: `R-${n}`, departmentId: 'heart' }),
    ])
    await door.store.collection('people').insertMany(racers.flat() as never)
    const accounts = door.store.collection<{ _id: string }>('accounts')
    const known = await accounts.findOne({ _id: 'ada@example.test' })
    await accounts.insertMany(
      [1, 2].map((n) => ({ ...known, _id: `racer-${n}@example.test`, personId: `racer-${n}` })),
    )
  })
  afterAll(() => door.close())

  let next = 1
  /** A time nobody has taken yet. */
  const free = () => new Date(door.now().getTime() + next++ * 24 * 3_600_000).toISOString()
  const book = async (personId: string, body: object, headers = {}) =>
    (await door.as(personId))('POST', '/v1/appointments', body, headers)

  it('writes the appointment and its event in one document', async () => {
    const startsAt = free()
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
    const body = {
      patientId: 'ada',
      doctorId: 'rao',
      startsAt,
      minutes: 30,
      reason: '$set, "quoted"\nline',
      fee: '99.90',
    }
    const { status, body: shown } = await book('asha', body, { traceparent })

    expect(status).toBe(201)
    expect(shown).toMatchObject({
      status: 'booked',
      fee: '99.90',
      doctor: { number: 'D-rao' },
      department: { id: 'heart' },
      version: 1,
    })
    const kept = (await door.appointmentOf(shown.appointmentId)) as (AppointmentDocument & WithOutbox) | null
    expect(kept).toMatchObject({
      startsAt: new Date(startsAt),
      reason: body.reason,
      bookedAt: expect.any(Date),
    })
    expect(kept?.outboxDue).toBeInstanceOf(Date)
    const event = kept?.outbox[0]?.event
    expect(event).toMatchObject({
      type: 'appointment.booked',
      subject: shown.appointmentId,
      correlationid: '4bf92f3577b34da6a3ce929d0e0e4736',
      data: { patientId: 'ada', doctorId: 'rao', departmentId: 'heart', version: 1 },
    })
    expect(event?.traceparent).toContain('4bf92f3577b34da6a3ce929d0e0e4736')
    expect(JSON.stringify(event)).not.toMatch(/Ada|quoted/)
    expect(await door.audited()).toContain(`asha appointment.booked ${shown.appointmentId}`)
  })

  it('is a patient’s for themself and a doctor’s with themself', async () => {
    expect((await book('ada', { patientId: 'ada', doctorId: 'rao', startsAt: free() })).status).toBe(201)
    expect((await book('rao', { patientId: 'bina', doctorId: 'rao', startsAt: free() })).status).toBe(201)

    const forOther = await book('ada', { patientId: 'bina', doctorId: 'rao', startsAt: free() })
    const forNobody = await book('ada', { patientId: 'nobody', doctorId: 'rao', startsAt: free() })
    expect({ ...forOther.body, traceId: '' }).toEqual({ ...forNobody.body, traceId: '' })
    expect((await book('rao', { patientId: 'ada', doctorId: 'khan', startsAt: free() })).status).toBe(422)
  })

  it('takes no longer than the hospital allows, and says so', async () => {
    const asked = { patientId: 'ada', doctorId: 'rao', startsAt: free(), minutes: 241 }
    expect((await book('asha', asked)).body.errors).toEqual([
      { pointer: '/minutes', detail: 'must be at most 240' },
    ])
    expect((await book('asha', { ...asked, minutes: 240 })).status).toBe(201)
  })

  it('lets a patient book so many visits for themself and no more, however many they ask for at the same moment', async () => {
    const patient = await door.as('racer-1')
    const ask = (n: number) =>
      patient('POST', '/v1/appointments', {
        patientId: 'racer-1',
        doctorId: `runner-${n % 8}`,
        startsAt: free(),
      })
    const answers = await Promise.all(Array.from({ length: 24 }, (_, n) => ask(n)))
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(10)

    const { status, body } = await ask(0)
    expect([status, body.code, body.openAppointments.length]).toEqual([409, 'TOO_MANY_OPEN_APPOINTMENTS', 10])
    const { appointmentId } = body.openAppointments[0]
    // The hospital books on, and what is cancelled makes room.
    expect(
      (await book('asha', { patientId: 'racer-1', doctorId: 'runner-0', startsAt: free() })).status,
    ).toBe(201)
    await patient('PATCH', `/v1/appointments/${appointmentId}`, { status: 'cancelled' })
    expect((await ask(0)).status).toBe(201)
    expect((await ask(0)).status).toBe(409)
  })

  it('lets a patient book so many visits with one doctor and no more; one that has begun no longer counts', async () => {
    const patient = await door.as('racer-2')
    const ask = () =>
      patient('POST', '/v1/appointments', {
        patientId: 'racer-2',
        doctorId: 'runner-2',
        startsAt: free(),
      })
    const answers = await Promise.all(Array.from({ length: 12 }, ask))
    const booked = answers.filter(({ status }) => status === 201)
    expect(booked).toHaveLength(5)
    expect((await ask()).body).toMatchObject({
      code: 'TOO_MANY_OPEN_APPOINTMENTS',
      errors: [{ pointer: '/doctorId', detail: 'has 5 of your visits' }],
    })

    await door.store
      .collection<AppointmentDocument>('appointments')
      .updateOne(
        { _id: booked[0]?.body.appointmentId },
        { $set: { startsAt: new Date(door.now().getTime() - 1) } },
      )
    expect((await ask()).status).toBe(201)
    expect((await ask()).status).toBe(409)
  })

  it('keeps a doctor to one patient at a time', async () => {
    const startsAt = free()
    const at = (minutes: number) => new Date(Date.parse(startsAt) + minutes * 60_000).toISOString()
    const status = async (starts: string, minutes: number, doctorId = 'khan', patientId = 'ada') =>
      (await book('asha', { patientId, doctorId, startsAt: starts, minutes })).status

    expect(await status(startsAt, 30)).toBe(201)
    expect(await status(startsAt, 30)).toBe(409)
    expect(await status(at(29), 30)).toBe(409)
    expect(await status(at(-10), 15)).toBe(409)
    expect(await status(startsAt, 30, 'rao', 'bina')).toBe(201)
    expect(await status(at(30), 30)).toBe(201)
    expect(await status(at(-15), 15)).toBe(201)
  })

  it('keeps a patient to one doctor at a time, and says whose time is taken', async () => {
    const startsAt = free()
    expect((await book('asha', { patientId: 'ada', doctorId: 'rao', startsAt })).status).toBe(201)
    const { status, body } = await book('ada', { patientId: 'ada', doctorId: 'khan', startsAt })
    expect([status, body.code, body.title]).toEqual([
      409,
      'TIME_TAKEN',
      'The patient has another appointment at that time',
    ])
  })

  it.each([
    ['one doctor', (n: number) => ({ doctorId: 'rao', patientId: `racer-${n}` })],
    ['one patient', (n: number) => ({ doctorId: `runner-${n}`, patientId: 'ada' })],
  ])('lets exactly one of many who ask at the same moment have %s', async (_, whom) => {
    for (let round = 0; round < 5; round += 1) {
      const from = Date.parse(free())
      // Not all at the same minute: what overlaps is one too many, however little.
      const answers = await Promise.all(
        Array.from({ length: 8 }, (_one, n) =>
          book('asha', {
            ...whom(n),
            startsAt: new Date(from + (n % 3) * 5 * 60_000).toISOString(),
            minutes: 30,
          }),
        ),
      )
      expect(answers.map(({ status }) => status).toSorted()).toEqual([201, ...Array(7).fill(409)])
    }
  })

  it('gives the time back once it is called off', async () => {
    const startsAt = free()
    const { body } = await book('asha', { patientId: 'ada', doctorId: 'rao', startsAt })
    const cancel = { status: 'cancelled' }
    expect(
      (await (await door.as('asha'))('PATCH', `/v1/appointments/${body.appointmentId}`, cancel)).status,
    ).toBe(200)
    expect((await book('asha', { patientId: 'ada', doctorId: 'rao', startsAt })).status).toBe(201)
  })

  it('shows nobody the minutes that are held', async () => {
    const { body } = await book('asha', { patientId: 'ada', doctorId: 'rao', startsAt: free() })
    const list = await (await door.as('asha'))('GET', '/v1/appointments?limit=200')
    expect(JSON.stringify([body, list.body])).not.toContain('slots')
  })

  it.each([
    [{ doctorId: 'rao', startsAt: '2001-01-01T00:00:00Z', patientId: 'ada' }, 422, '/startsAt'],
    [{ doctorId: 'rao', startsAt: '2090-12-31T23:59:60Z', patientId: 'ada' }, 400, '/startsAt'],
    [{ doctorId: 'rao', startsAt: '9999-12-31T23:59:59-23:59', patientId: 'ada' }, 400, '/startsAt'],
    [{ doctorId: 'rao', startsAt: '2090-01-01T00:00:00Z', patientId: 'nobody' }, 422, '/patientId'],
    [{ doctorId: 'rao', startsAt: '2090-01-01T00:00:00Z', patientId: 'khan' }, 422, '/patientId'],
    [{ doctorId: 'nobody', startsAt: '2090-01-01T00:00:00Z', patientId: 'ada' }, 422, '/doctorId'],
    [{ doctorId: 'rao', startsAt: '2090-02-30T00:00:00Z', patientId: 'ada' }, 400, '/startsAt'],
    [{ doctorId: 'rao', startsAt: '2090-01-01', patientId: 'ada' }, 400, '/startsAt'],
    [{ doctorId: 'rao', startsAt: '2090-01-01T00:00:00Z', patientId: 'ada', fee: '1e9' }, 400, '/fee'],
    [
      { doctorId: 'rao', startsAt: '2090-01-01T00:00:00Z', patientId: 'ada', status: 'checked' },
      400,
      '/status',
    ],
    [{ doctorId: { $gt: '' }, startsAt: '2090-01-01T00:00:00Z', patientId: 'ada' }, 400, '/doctorId'],
  ])('refuses %j with %i at %s', async (body, status, pointer) => {
    const answer = await book('asha', body)
    expect([answer.status, answer.body.errors[0].pointer]).toEqual([status, pointer])
  })

  it('does not happen when it cannot be accounted for', async () => {
    await door.store.collection('audit').drop()
    await door.store.collection('audit').createIndex({ did: 1 }, { unique: true })
    expect((await book('asha', { patientId: 'ada', doctorId: 'rao', startsAt: free() })).status).toBe(201)
    const before = await door.store.collection('appointments').countDocuments()
    expect((await book('asha', { patientId: 'ada', doctorId: 'rao', startsAt: free() })).status).toBe(500)
    expect(await door.store.collection('appointments').countDocuments()).toBe(before)
  })
})
