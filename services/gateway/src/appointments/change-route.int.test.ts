import type { AppointmentDocument } from '@rounds/contracts'
import { testServers } from '@rounds/local-servers'
import type { WithOutbox } from '@rounds/mongo'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestServer } from '../../test/open-door.ts'

describe('changing an appointment', () => {
  let door: Awaited<ReturnType<typeof createTestServer>>
  beforeAll(async () => {
    door = await createTestServer(testServers().freshDatabase())
  })
  afterAll(() => door.close())

  const change = async (personId: string, id: string, body: object, headers = {}) =>
    (await door.as(personId))('PATCH', `/v1/appointments/${id}`, body, headers)
  const kept = async (id: string) =>
    (await door.appointmentOf(id)) as (AppointmentDocument & WithOutbox) | null
  const said = async (id: string) => (await kept(id))?.outbox.map(({ event }) => event.type)
  const later = (hours: number) => new Date(door.now().getTime() + hours * 3_600_000)

  const seen = {
    status: 'checked',
    diagnosis: '$where the heart is',
    prescription: 'Rest',
    nextVisit: '2026-12-01',
  }

  it('writes what the doctor found and says it without saying what, in one document', async () => {
    const id = await door.withAppointment()
    const { status, body } = await change('rao', id, seen)

    expect([status, body]).toEqual([200, expect.objectContaining({ ...seen, version: 2 })])
    expect(await kept(id)).toMatchObject({ ...seen, checkedAt: expect.any(Date), version: 2 })
    const [entry] = (await kept(id))?.outbox ?? []
    expect(entry?.event).toMatchObject({
      type: 'appointment.checked',
      data: { fhirStatus: 'fulfilled', version: 2 },
    })
    expect(JSON.stringify(entry)).not.toMatch(/heart is|Rest/)
    expect(await door.audited()).toContain(`rao appointment.checked ${id}`)
  })

  it.each(['1e+308', 'true', '"status"', 'null', '[]'])(
    'refuses a body that is no object: %s',
    async (body) => {
      const id = await door.withAppointment()
      const ask = await door.as('rao')
      const answer = await ask('PATCH', `/v1/appointments/${id}`, body, {
        'content-type': 'application/json',
      })
      expect([answer.status, answer.body.code]).toEqual([400, 'INVALID_REQUEST'])
    },
  )

  it('happens once when the button is pressed twice', async () => {
    const id = await door.withAppointment()
    const answers = await Promise.all(Array.from({ length: 5 }, () => change('rao', id, seen)))

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
    expect(await said(id)).toEqual(['appointment.checked'])
    expect((await kept(id))?.version).toBe(2)
  })

  it('does not overwrite what was found', async () => {
    const id = await door.withAppointment()
    await change('rao', id, seen)
    const answer = await change('rao', id, { ...seen, diagnosis: 'Other' })
    expect([answer.status, answer.body.code]).toEqual([409, 'ALREADY_CHECKED'])
  })

  it('lets one of two different changes at the same moment win, and tells the other', async () => {
    const id = await door.withAppointment()
    const answers = await Promise.all([change('rao', id, seen), change('asha', id, { status: 'cancelled' })])
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409])
    expect(await said(id)).toHaveLength(1)
  })

  it('moves, cancels and marks as missed, each with its event', async () => {
    const id = await door.withAppointment({ startsAt: later(5) })
    expect((await change('rao', id, { startsAt: later(72).toISOString() })).status).toBe(200)
    expect((await change('asha', id, { status: 'cancelled', reason: 'Travelling' })).status).toBe(200)
    expect(await said(id)).toEqual(['appointment.rescheduled', 'appointment.cancelled'])

    const other = await door.withAppointment()
    expect((await change('rao', other, { status: 'missed' })).body.status).toBe('missed')
    expect(await said(other)).toEqual(['appointment.missed'])
  })

  it('moves nobody onto somebody else, but onto themself', async () => {
    const startsAt = later(200)
    await door.withAppointment({ startsAt })
    const id = await door.withAppointment({ startsAt: later(300) })
    expect((await change('rao', id, { startsAt: startsAt.toISOString() })).body.code).toBe('TIME_TAKEN')
    expect((await change('rao', id, { startsAt: later(300.1).toISOString() })).status).toBe(200)
  })

  it('lets exactly one of many who are moved onto one time at the same moment have it', async () => {
    const startsAt = later(400)
    const ids = await Promise.all(
      Array.from({ length: 8 }, (_, n) =>
        door.withAppointment({
          startsAt: later(500 + n),
          patient: { id: `p-${n}`, name: 'P', number: `P-${n}` },
        }),
      ),
    )
    const answers = await Promise.all(
      ids.map((id) => change('asha', id, { startsAt: startsAt.toISOString() })),
    )
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, ...Array(7).fill(409)])
  })

  it('lets a patient cancel their own before it begins, and do nothing else', async () => {
    const [id, begun] = [await door.withAppointment({ startsAt: later(1) }), await door.withAppointment()]
    expect((await change('ada', id, { status: 'missed' })).body.code).toBe('NOT_BY_THE_PATIENT')
    expect((await change('ada', id, seen)).status).toBe(403)
    expect((await change('ada', id, { startsAt: later(9).toISOString() })).status).toBe(403)
    expect((await change('ada', begun, { status: 'cancelled' })).body.code).toBe('ALREADY_BEGUN')
    expect((await change('ada', id, { status: 'cancelled' })).status).toBe(200)
  })

  it('knows nothing of others’ appointments', async () => {
    const id = await door.withAppointment()
    for (const personId of ['bina', 'khan']) {
      const [others, missing] = [await change(personId, id, seen), await change(personId, 'missing', seen)]
      expect([others.status, missing.status]).toEqual([404, 404])
      expect({ ...others.body, instance: '', traceId: '' }).toEqual({
        ...missing.body,
        instance: '',
        traceId: '',
      })
    }
    expect(await said(id)).toEqual([])
  })

  it('refuses a change on the ground of another version', async () => {
    const id = await door.withAppointment()
    expect((await change('rao', id, seen, { 'if-match': '"7"' })).status).toBe(412)
    expect((await change('rao', id, seen, { 'if-match': '"1"' })).status).toBe(200)
  })

  it.each([
    [{}, 400, '/status'],
    [{ status: 'checked' }, 400, '/diagnosis'],
    [{ status: 'eaten' }, 400, '/status'],
    [{ ...seen, nextVisit: '2026-02-30' }, 400, '/nextVisit'],
    [{ ...seen, version: 9 }, 400, '/version'],
    [{ status: 'missed', reason: 'x' }, 400, '/reason'],
    [{ status: 'cancelled', reason: { $ne: 1 } }, 400, '/reason'],
    [{ startsAt: '2001-01-01T00:00:00Z' }, 422, '/startsAt'],
    [{ startsAt: 'tomorrow' }, 400, '/startsAt'],
  ])('refuses %j with %i at %s', async (body, status, pointer) => {
    const id = await door.withAppointment()
    const answer = await change('rao', id, body)
    expect([answer.status, answer.body.errors[0].pointer]).toEqual([status, pointer])
  })
})
