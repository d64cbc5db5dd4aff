import { testServers } from '@rounds/local-servers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestServer } from '../../test/open-door.ts'
import { renewOwedNames } from './mongo-people.ts'

describe('keeping people', () => {
  let door: Awaited<ReturnType<typeof createTestServer>>
  let asha: Awaited<ReturnType<typeof door.as>>
  beforeAll(async () => {
    door = await createTestServer(testServers().freshDatabase())
    asha = await door.as('asha')
  })
  afterAll(() => door.close())

  it('enters a patient, who is then found by the start of name or number', async () => {
    const { status, body, headers } = await asha('POST', '/v1/patients', {
      name: 'ज़ोया (Zoya) "Z" O’Neil',
      number: 'P/77',
    })
    expect([status, headers.location]).toEqual([201, `/v1/patients/${body.patientId}`])

    for (const q of ['ज़ो', 'p/7']) {
      const { body: list } = await asha('POST', '/v1/patients/search', { q })
      expect(list.items).toEqual([body])
    }
    expect(await door.audited()).toContain(`asha patient.added ${body.patientId}`)
  })

  it('reads what people search for as text, not as a pattern', async () => {
    for (const q of ['.*', '(a+)+$', '^A', '\\']) {
      const { status, body } = await asha('POST', '/v1/patients/search', { q })
      expect([status, body.items]).toEqual([200, []])
    }
    expect((await asha('POST', '/v1/patients/search', { q: 'ada rao (' })).body.items).toHaveLength(1)
  })

  it('takes a name to look for in the body alone, so that none stands in a URL', async () => {
    for (const list of ['patients', 'doctors']) {
      const { status, body } = await asha('GET', `/v1/${list}?q=Ada`)
      expect([list, status, body.errors[0].pointer]).toEqual([list, 400, '/query/q'])
    }
    const { body } = await asha('POST', '/v1/doctors/search', { q: 'Dr', limit: '1' })
    expect([body.items.length, typeof body.next]).toEqual([1, 'string'])
  })

  it('gives a number once', async () => {
    const answer = await asha('POST', '/v1/patients', { name: 'Another', number: 'P-ada' })
    expect([answer.status, answer.body.errors[0].pointer]).toEqual([409, '/number'])
  })

  it('pages through everybody once, and no name stands in a cursor', async () => {
    const rao = await door.as('rao')
    for (let n = 0; n < 5; n++) await asha('POST', '/v1/patients', { name: 'Namesake', number: `N-${n}` })
    const seen: string[] = []
    let cursor = ''
    do {
      const { body } = await rao('GET', `/v1/patients?limit=2${cursor && `&cursor=${cursor}`}`)
      seen.push(...body.items.map((one: { number: string }) => one.number))
      cursor = body.next ?? ''
      expect(Buffer.from(cursor, 'base64url').toString()).not.toContain('Namesake')
    } while (cursor)
    expect(new Set(seen).size).toBe(seen.length)
    expect(seen.length).toBe(await door.store.collection('people').countDocuments({ kind: 'patient' }))
  })

  it('shows a patient nobody but themself', async () => {
    const bina = await door.as('bina')
    const list = (await bina('GET', '/v1/patients')).body.items
    expect(list.map((one: { patientId: string }) => one.patientId)).toEqual(['bina'])
    expect((await bina('GET', '/v1/patients/bina')).status).toBe(200)
    const [others, missing] = [
      await bina('GET', '/v1/patients/ada'),
      await bina('GET', '/v1/patients/nobody'),
    ]
    expect({ ...others.body, instance: '', traceId: '' }).toEqual({
      ...missing.body,
      instance: '',
      traceId: '',
    })
    expect(others.status).toBe(404)
  })

  it('refuses to look for what no pattern of the database can hold', async () => {
    for (const list of ['patients', 'doctors'])
      expect([list, (await asha('POST', `/v1/${list}/search`, { q: 'a\0b' })).status]).toEqual([list, 422])
    expect((await asha('GET', '/v1/departments?q=a%00b')).status).toBe(400)
  })

  it('shows everyone the doctors who work here, and an admin all of them', async () => {
    const ada = await door.as('ada')
    const added = (
      await asha('POST', '/v1/doctors', { name: 'Dr. Gone', number: 'D-gone', departmentId: 'heart' })
    ).body
    await asha('PATCH', `/v1/doctors/${added.doctorId}`, { active: false })
    const names = async (ask: typeof ada) =>
      (await ask('GET', '/v1/doctors')).body.items.map((one: { name: string }) => one.name)
    expect(await names(ada)).toEqual(['Dr. Khan', 'Dr. Rao'])
    expect(await names(asha)).toEqual(['Dr. Gone', 'Dr. Khan', 'Dr. Rao'])
    expect((await ada('GET', `/v1/doctors/${added.doctorId}`)).status).toBe(404)
  })

  it.each(['closed', 'nowhere'])('puts no doctor into the department %s', async (departmentId) => {
    const made = await asha('POST', '/v1/doctors', { name: 'Dr. New', number: 'D-new', departmentId })
    const moved = await asha('PATCH', '/v1/doctors/khan', { departmentId })
    for (const answer of [made, moved])
      expect([answer.status, answer.body.errors[0].pointer]).toEqual([422, '/departmentId'])
  })

  it('shows a new name in the appointments too', async () => {
    const id = await door.withAppointment()
    await asha('PATCH', '/v1/patients/ada', { name: 'Ada Lovelace' })
    await asha('PATCH', '/v1/doctors/rao', { name: 'Dr. Rao' })
    await asha('PATCH', '/v1/departments/heart', { name: 'Hearts' })
    expect(await door.appointmentOf(id)).toMatchObject({
      patient: { name: 'Ada Lovelace' },
      doctor: { name: 'Dr. Rao' },
      department: { name: 'Hearts' },
    })
  })

  it('finishes a renaming that was interrupted before the appointments showed it', async () => {
    const people = door.store.collection<{ _id: string; nameOwed?: true }>('people')
    const id = await door.withAppointment()
    await people.updateOne({ _id: 'rao' }, { $set: { name: 'Dr Noor Rao', nameOwed: true } })

    await renewOwedNames(door.store)

    expect(await door.appointmentOf(id)).toMatchObject({ doctor: { name: 'Dr Noor Rao' } })
    expect(await people.countDocuments({ nameOwed: true })).toBe(0)
  })

  it('refuses a change made on the ground of another version', async () => {
    const { headers } = await asha('GET', '/v1/patients/bina')
    const first = await asha(
      'PATCH',
      '/v1/patients/bina',
      { language: 'hi' },
      { 'if-match': String(headers.etag) },
    )
    const second = await asha(
      'PATCH',
      '/v1/patients/bina',
      { language: 'en' },
      { 'if-match': String(headers.etag) },
    )
    expect([first.status, second.status, second.body.code]).toEqual([200, 412, 'CHANGED_MEANWHILE'])
    expect(second.headers.etag).toBe(first.headers.etag)
  })

  it.each([
    ['/v1/patients', { name: ' ', number: 'P-1' }, '/name'],
    ['/v1/patients', { name: 'A', number: 'P 1' }, '/number'],
    ['/v1/patients', { name: 'A', number: 'P-1', mail: 'nowhere' }, '/mail'],
    ['/v1/patients', { name: 'A', number: 'P-1', version: 7 }, '/version'],
    ['/v1/doctors', { name: 'A', number: 'P-1', departmentId: '../etc' }, '/departmentId'],
    ['/v1/departments', { name: { $ne: '' } }, '/name'],
  ])('enters nothing at %s for %j', async (url, body, pointer) => {
    const answer = await asha('POST', url, body)
    expect([answer.status, answer.body.errors[0].pointer]).toEqual([400, pointer])
  })

  it.each([{}, { number: 'P-2' }, { kind: 'staff' }])('changes nothing for %j', async (body) => {
    expect((await asha('PATCH', '/v1/patients/bina', body)).status).toBe(400)
  })
})
