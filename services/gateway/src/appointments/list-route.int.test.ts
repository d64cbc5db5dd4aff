import { testServers } from '@rounds/local-servers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestServer } from '../../test/open-door.ts'

describe('listing appointments', () => {
  let door: Awaited<ReturnType<typeof createTestServer>>
  beforeAll(async () => {
    door = await createTestServer(testServers().freshDatabase())
    const khan = { doctor: { id: 'khan', name: 'Dr. Khan', number: 'D-khan' } }
    const bina = { patient: { id: 'bina', name: 'Bina', number: 'P-bina' } }
    // Three of Ada's with Rao, one moment for two of them; one of Bina's with Khan, already checked.
    await door.withAppointment({ _id: 'a1', startsAt: new Date('2026-03-09T18:29:59Z') })
    await door.withAppointment({ _id: 'a2', startsAt: new Date('2026-03-09T18:30:00Z') })
    await door.withAppointment({ _id: 'a3', startsAt: new Date('2026-03-09T18:30:00Z') })
    await door.withAppointment({
      ...khan,
      ...bina,
      _id: 'b1',
      startsAt: new Date('2026-03-11T04:00:00Z'),
      status: 'checked',
      diagnosis: 'Flu',
      prescription: 'Rest',
      nextVisit: '2026-04-01',
    })
  })
  afterAll(() => door.close())

  async function listed(personId: string, query = '') {
    const { body } = await (await door.as(personId))('GET', `/v1/appointments${query}`)
    return body.items.map((one: { appointmentId: string }) => one.appointmentId)
  }

  it('gives an admin all of them, a doctor and a patient their own', async () => {
    expect(await listed('asha')).toEqual(['a1', 'a2', 'a3', 'b1'])
    expect(await listed('rao')).toEqual(['a1', 'a2', 'a3'])
    expect(await listed('khan')).toEqual(['b1'])
    expect(await listed('ada')).toEqual(['a1', 'a2', 'a3'])
  })

  it('gives nobody others’ by naming them', async () => {
    expect(await listed('ada', '?patientId=bina')).toEqual([])
    expect(await listed('rao', '?doctorId=khan')).toEqual([])
  })

  it('reads days as days of the hospital, the last one included', async () => {
    expect(await listed('asha', '?to=2026-03-09')).toEqual(['a1'])
    expect(await listed('asha', '?from=2026-03-10&to=2026-03-10')).toEqual(['a2', 'a3'])
  })

  it('filters by everything that it names', async () => {
    expect(await listed('asha', '?status=checked')).toEqual(['b1'])
    expect(await listed('asha', '?departmentId=heart&doctorId=rao&patientId=ada')).toEqual(['a1', 'a2', 'a3'])
    expect(await listed('asha', '?departmentId=closed')).toEqual([])
  })

  it.each(['soonest', 'latest'])('pages through all of them once, %s first', async (order) => {
    const asha = await door.as('asha')
    const seen: string[] = []
    let cursor = ''
    do {
      const { body } = await asha(
        'GET',
        `/v1/appointments?limit=1&order=${order}${cursor && `&cursor=${cursor}`}`,
      )
      seen.push(body.items[0].appointmentId)
      cursor = body.next ?? ''
    } while (cursor)
    expect(seen).toEqual(order === 'soonest' ? ['a1', 'a2', 'a3', 'b1'] : ['b1', 'a3', 'a2', 'a1'])
  })

  it('shows no diagnosis in a list', async () => {
    const { body } = await (await door.as('khan'))('GET', '/v1/appointments')
    expect(JSON.stringify(body)).not.toMatch(/Flu|Rest|outbox/)
  })

  it.each([
    ['?from=2026-02-30', 400, '/query/from'],
    ['?to=yesterday', 400, '/query/to'],
    ['?from=2026-03-02&to=2026-03-01', 422, '/query/to'],
    ['?status=eaten', 400, '/query/status'],
    ['?departmentId[$ne]=x', 400, '/query/departmentId[$ne]'],
    ['?departmentId=a&departmentId=b', 400, '/query/departmentId'],
    ['?limit=0', 400, '/query/limit'],
    ['?limit=1000', 400, '/query/limit'],
    ['?cursor=nonsense', 400, '/query/cursor'],
    ['?unknown=1', 400, '/query/unknown'],
  ])('refuses %s with %i at %s', async (query, status, pointer) => {
    const answer = await (await door.as('asha'))('GET', `/v1/appointments${query}`)
    expect([answer.status, answer.body.errors[0].pointer]).toEqual([status, pointer])
  })

  it('opens what was found to doctor and patient, and writes down who looked', async () => {
    for (const personId of ['khan', 'bina']) {
      const { body } = await (await door.as(personId))('GET', '/v1/appointments/b1')
      expect(body).toMatchObject({
        diagnosis: 'Flu',
        prescription: 'Rest',
        nextVisit: '2026-04-01',
        fee: '250.50',
      })
      expect(await door.audited()).toContain(`${personId} diagnosis.opened b1`)
    }
  })

  it('opens an appointment to an admin without what was found', async () => {
    const { status, body } = await (await door.as('asha'))('GET', '/v1/appointments/b1')
    expect(status).toBe(200)
    expect(JSON.stringify(body)).not.toMatch(/Flu|Rest/)
    expect((await door.audited()).some((line) => line.startsWith('asha diagnosis.opened'))).toBe(false)
  })

  it('answers to somebody else’s as to a missing one', async () => {
    for (const personId of ['ada', 'rao']) {
      const ask = await door.as(personId)
      const [others, missing] = [
        await ask('GET', '/v1/appointments/b1'),
        await ask('GET', '/v1/appointments/none'),
      ]
      expect([others.status, missing.status]).toEqual([404, 404])
      expect({ ...others.body, instance: '', traceId: '' }).toEqual({
        ...missing.body,
        instance: '',
        traceId: '',
      })
    }
  })
})
