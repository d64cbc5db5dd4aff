import { testServers } from '@rounds/local-servers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestServer } from '../../test/open-door.ts'

type Door = Awaited<ReturnType<typeof createTestServer>>

describe('what another system says over HTTP', () => {
  let door: Door
  let secret: string
  beforeAll(async () => {
    door = await createTestServer(testServers().freshDatabase())
    secret = await letIn('lis')
  })
  afterAll(() => door.close())

  it('makes an appointment that we had not seen, with our own event in the same write', async () => {
    const { status, body } = await say(event({ type: 'appointment.booked' }))

    expect([status, body.results[0].result]).toEqual([202, 'accepted'])
    const made = await door.appointmentOf(body.results[0].appointmentId)
    expect(made).toMatchObject({
      status: 'booked',
      patient: { id: 'ada', name: 'Ada Rao (junior)' },
      doctor: { id: 'rao' },
      department: { id: 'heart', name: 'Cardiology' },
      origin: { system: 'lis', version: 1 },
      version: 1,
    })
    expect(made?.outbox?.map(({ event }) => event)).toEqual([
      expect.objectContaining({
        type: 'appointment.booked',
        source: '/rounds/gateway',
        causationid: made?.origin?.key,
        data: expect.objectContaining({ patientId: 'ada', doctorId: 'rao', departmentId: 'heart' }),
      }),
    ])
  })

  it('is seen by the doctor like any other appointment', async () => {
    const { body } = await say(event({ type: 'appointment.checked' }))
    const rao = await door.as('rao')

    const { body: seen } = await rao('GET', `/v1/appointments/${body.results[0].appointmentId}`)

    expect(seen).toMatchObject({ status: 'checked', checkedAt: expect.any(String) })
  })

  it('changes what we had seen, and is told once', async () => {
    const booked = event({ type: 'appointment.booked' })
    const { body } = await say(booked)
    const checked = {
      ...event({ type: 'appointment.checked', version: 2 }),
      data: { ...booked.data, version: 2 },
    }
    await say(checked)
    const again = await say(checked)

    expect(again.body.results).toEqual([
      { id: checked.id, result: 'duplicate', appointmentId: body.results[0].appointmentId },
    ])
    const appointment = await door.appointmentOf(body.results[0].appointmentId)
    expect(appointment).toMatchObject({ status: 'checked', version: 2 })
    expect(appointment?.outbox?.map(({ event }) => event.type)).toEqual([
      'appointment.booked',
      'appointment.checked',
    ])
  })

  it('comes in binary mode, too', async () => {
    const { data, specversion: _, ...attributes } = event()
    const headers = Object.fromEntries(
      Object.entries(attributes).map(([name, value]) => [`ce-${name}`, value]),
    )
    const { status, body } = await say(data, 'application/json', { ...headers, 'ce-specversion': '1.0' })

    expect([status, body.results[0].result]).toEqual([202, 'accepted'])
  })

  it('comes in batches, each event with its own result, in their order', async () => {
    const good = event()
    const batch = [
      good,
      event({ patientNumber: 'P-nobody' }),
      'no event',
      good,
      event({ type: 'appointment.eaten' }),
    ]

    const { status, body } = await say(batch, 'application/cloudevents-batch+json')

    expect(status).toBe(202)
    const results = body.results.map(({ result, code }: { result: string; code?: string }) => code ?? result)
    // The two of one id were at it at the same moment: one of them is first.
    expect([results[0], results[3]].toSorted()).toEqual(['accepted', 'duplicate'])
    expect([results[1], results[2], results[4]]).toEqual(['UNKNOWN_PATIENT', 'NOT_AN_EVENT', 'UNKNOWN_TYPE'])
  })

  it('is the same appointment in the end, in whatever order a batch brings it', async () => {
    const number = unique()
    const inOrder = [
      event({ type: 'appointment.booked', appointmentNumber: number, version: 1 }),
      event({ type: 'appointment.rescheduled', appointmentNumber: number, version: 2, minutes: 45 }),
      event({ type: 'appointment.checked', appointmentNumber: number, version: 3, minutes: 45 }),
      event({ type: 'appointment.missed', appointmentNumber: number, version: 2 }),
    ]
    const { body } = await say([...inOrder.toReversed(), ...inOrder], 'application/cloudevents-batch+json')

    const ids = new Set(body.results.map((one: { appointmentId: string }) => one.appointmentId))
    expect(ids.size).toBe(1)
    expect(await door.appointmentOf([...ids][0] as string)).toMatchObject({
      status: 'checked',
      minutes: 45,
      origin: { version: 3 },
    })
  })

  it.each(['appointment.booked', 'appointment.rescheduled', 'appointment.checked'])(
    'of type %s makes no visit that is longer than the hospital allows, and the answer names the field',
    async (type) => {
      const { status, body } = await say(event({ type, minutes: 480 }))
      expect([status, body.code, body.errors]).toEqual([
        422,
        'INVALID_DATA',
        [{ pointer: '/data/minutes', detail: 'must be at most 240' }],
      ])
    },
  )

  it('takes nothing away from what the doctor wrote down here', async () => {
    const booked = event({ type: 'appointment.booked' })
    const { body } = await say(booked)
    const { appointmentId } = body.results[0]
    await (await door.as('rao'))('PATCH', `/v1/appointments/${appointmentId}`, {
      status: 'checked',
      diagnosis: 'well',
    })

    const cancelled = { ...event({ type: 'appointment.cancelled' }), data: { ...booked.data, version: 9 } }
    const { status, body: answer } = await say(cancelled)

    expect([status, answer.code]).toEqual([422, 'CHECKED_HERE'])
    expect(await door.appointmentOf(appointmentId)).toMatchObject({ status: 'checked', diagnosis: 'well' })

    // Nor after the system itself said so.
    await say({ ...event(), data: { ...booked.data, version: 10 } })
    const later = { ...event({ type: 'appointment.cancelled' }), data: { ...booked.data, version: 11 } }
    expect((await say(later)).body.code).toBe('CHECKED_HERE')
    expect(await door.appointmentOf(appointmentId)).toMatchObject({ status: 'checked', diagnosis: 'well' })
  })

  it('is once, when 10,000 of the same id come', async () => {
    const one = event({ type: 'appointment.checked' })
    const batch = Array.from({ length: 400 }, () => one)
    const counts: Record<string, number> = {}
    for (let sent = 0; sent < 10_000; sent += batch.length) {
      const { body } = await say(batch, 'application/cloudevents-batch+json')
      for (const { result } of body.results) counts[result] = (counts[result] ?? 0) + 1
    }

    expect(counts).toEqual({ accepted: 1, duplicate: 9_999 })
    const [{ appointmentId }] = (await say(one)).body.results
    expect((await door.appointmentOf(appointmentId))?.outbox).toHaveLength(1)
  })

  it('may carry more than we know, which is not kept', async () => {
    const one = event()
    const more = { ...one, data: { ...one.data, patientName: 'Nobody Atall', $set: { fee: '0' } } }

    const { body } = await say(more)

    expect(body.results[0].result).toBe('accepted')
    const all = await Promise.all(
      ['appointments', 'intakes', 'rejections', 'audit'].map((name) =>
        door.store.collection(name).find().toArray(),
      ),
    )
    expect(JSON.stringify(all)).not.toContain('Nobody Atall')
  })

  describe('is not taken', () => {
    it.each<[string, object, string, string]>([
      ['from a source of others', { source: '/pacs' }, 'SOURCE_NOT_YOURS', '/source'],
      ['of an unknown type', { type: 'appointment.eaten' }, 'UNKNOWN_TYPE', '/type'],
      ['of a type of the hospital’s own', { type: 'report.completed' }, 'UNKNOWN_TYPE', '/type'],
      ['of a later version of a type', { type: 'appointment.checked.v2' }, 'UNKNOWN_TYPE', '/type'],
      [
        'by a later schema',
        { dataschema: 'urn:rounds:schema:intake.appointment.checked:v2' },
        'OTHER_SCHEMA',
        '/dataschema',
      ],
      ['without a time', { time: undefined }, 'NOT_AN_EVENT', '/'],
      ['of tomorrow', { time: new Date(Date.now() + 86_400_000).toISOString() }, 'TIME_AHEAD', '/time'],
      ['without an id', { id: undefined }, 'NOT_AN_EVENT', '/'],
      ['with NUL in its id', { id: 'a\0b' }, 'NOT_AN_EVENT', '/id'],
      ['with an escape in its source', { source: '/lis/\u001b[31m' }, 'NOT_AN_EVENT', '/source'],
      ['with a line end in its type', { type: 'appointment.checked\n' }, 'NOT_AN_EVENT', '/type'],
      ['with C1 in its subject', { subject: 'a\u0085b' }, 'NOT_AN_EVENT', '/subject'],
      ['of another CloudEvents', { specversion: '0.3' }, 'NOT_AN_EVENT', '/specversion'],
      [
        'about a patient whom nobody knows',
        { patientNumber: 'P-nobody' },
        'UNKNOWN_PATIENT',
        '/data/patientNumber',
      ],
      [
        'about a doctor whom nobody knows',
        { doctorNumber: 'D-nobody' },
        'UNKNOWN_DOCTOR',
        '/data/doctorNumber',
      ],
      ['at a place that is none', { departmentId: 'cellar' }, 'UNKNOWN_DEPARTMENT', '/data/departmentId'],
      ['when it takes no time', { minutes: 0 }, 'INVALID_DATA', '/data/minutes'],
      ['at no moment', { startsAt: '2026-02-01T11:59:60Z' }, 'INVALID_DATA', '/data/startsAt'],
      [
        'with an operator for a number',
        { patientNumber: { $ne: '' } },
        'INVALID_DATA',
        '/data/patientNumber',
      ],
    ])('%s', async (_what, change, code, pointer) => {
      const { status, headers, body } = await say(event(change))

      expect([status, body.code, body.errors?.[0]?.pointer]).toEqual([422, code, pointer])
      expect(headers['content-type']).toContain('application/problem+json')
    })

    it.each<[string, string, string | Buffer, number, string]>([
      ['that is 300 KB long', 'application/cloudevents+json', ' '.repeat(300_000), 413, 'BODY_TOO_LARGE'],
      [
        'that is not UTF-8',
        'application/cloudevents+json',
        Buffer.from([0x7b, 0xff, 0xfe]),
        422,
        'NOT_AN_EVENT',
      ],
      ['that is not JSON', 'application/cloudevents+json', '{"id":', 422, 'NOT_AN_EVENT'],
      ['that is nothing', 'application/cloudevents+json', '', 400, 'INVALID_JSON'],
      ['in a batch that is none', 'application/cloudevents-batch+json', '{}', 400, 'INVALID_JSON'],
      ['in an empty batch', 'application/cloudevents-batch+json', '[]', 400, 'INVALID_JSON'],
      [
        'in a batch that is not UTF-8',
        'application/cloudevents-batch+json',
        Buffer.from([0x5b, 0xff]),
        400,
        'INVALID_JSON',
      ],
      ['as text', 'text/plain', 'hello', 415, 'OTHER_TYPE'],
    ])('%s', async (_what, type, body, status, code) => {
      const answer = await say(body, type)
      expect([answer.status, answer.body.code]).toEqual([status, code])
    })

    it('nested without end, and spoils nothing of its batch', async () => {
      const text = JSON.stringify([{ ...event(), extension: 0 }, event()]).replace(
        '"extension":0',
        `"extension":${'['.repeat(20_000)}${']'.repeat(20_000)}`,
      )
      const { status, body } = await say(text, 'application/cloudevents-batch+json')
      expect([
        status,
        body.results.map((one: { result: string; code?: string }) => one.code ?? one.result),
      ]).toEqual([202, ['NOT_AN_EVENT', 'accepted']])
    })

    it('with a broken percent-encoding', async () => {
      const { data, ...rest } = event()
      const headers = Object.fromEntries(Object.entries(rest).map(([name, value]) => [`ce-${name}`, value]))
      const answer = await say(data, 'application/json', { ...headers, 'ce-source': '/lis%zz' })

      expect([answer.status, answer.body.code, answer.body.errors[0].pointer]).toEqual([
        422,
        'NOT_AN_EVENT',
        '/source',
      ])
    })

    it('and is taken when it comes again and the reason is gone', async () => {
      const one = event({ patientNumber: 'P-later' })
      expect((await say(one)).status).toBe(422)
      const asha = await door.as('asha')
      await asha('POST', '/v1/patients', { name: 'Come Later', number: 'P-later' })

      expect((await say(one)).body.results[0].result).toBe('accepted')
    })

    it('and is kept as it came, counted, for an admin alone, who is written down', async () => {
      const pacs = await letIn('pacs', { sources: ['/pacs'] })
      const one = { ...event({ source: '/elsewhere' }), note: 'names somebody' }
      for (let times = 0; times < 3; times++) await say(one, undefined, {}, pacs)
      const asha = await door.as('asha')

      const { body: list } = await asha('GET', '/v1/rejections?system=pacs')
      expect(list.items).toEqual([
        expect.objectContaining({ system: 'pacs', door: 'http', code: 'SOURCE_NOT_YOURS', times: 3 }),
      ])
      expect(JSON.stringify(list)).not.toContain('names somebody')
      const { rejectionId, firstAt, expiresAt } = list.items[0]
      expect((Date.parse(expiresAt) - Date.parse(firstAt)) / 86_400_000).toBeCloseTo(30, 1)
      const { body: opened } = await asha('GET', `/v1/rejections/${rejectionId}`)
      expect(opened.raw).toContain('names somebody')
      expect(await door.audited()).toContain(`asha rejection.opened ${rejectionId}`)
      expect((await (await door.as('om'))('GET', `/v1/rejections/${rejectionId}`)).status).toBe(403)
    })
  })

  it('is for those who were let in: no person’s session or token opens this door', async () => {
    const asha = await door.as('asha')
    const token = await asha('POST', '/v1/tokens', {
      name: 'hers',
      scopes: ['appointments:write'],
      expiresInDays: 1,
    })

    expect((await asha('POST', '/v1/events', event())).status).toBe(401)
    expect((await say(event(), undefined, {}, token.body.secret)).status).toBe(401)
    expect((await say(event(), undefined, {}, 'rounds_system_guess')).status).toBe(401)
  })

  it('opens nothing else: a system’s token is no person’s', async () => {
    const bearer = { authorization: `Bearer ${secret}` }
    for (const path of ['/v1/appointments', '/v1/systems', '/v1/session'])
      expect((await door.anyone('GET', path, undefined, bearer)).status).toBe(401)
  })

  it('may be less than all: a type that was not granted is refused', async () => {
    const his = await letIn('his', { types: ['appointment.booked'], sources: ['/lis'] })

    expect((await say(event({ type: 'appointment.booked' }), undefined, {}, his)).status).toBe(202)
    expect((await say(event({ type: 'appointment.checked' }), undefined, {}, his)).body.code).toBe(
      'TYPE_NOT_YOURS',
    )
  })

  it('ends at once when the system is shut out; let in again, it has another token and the same appointments', async () => {
    const asha = await door.as('asha')
    const first = await letIn('ris', { sources: ['/lis'] })
    const one = event({ type: 'appointment.booked' })
    const { body } = await say(one, undefined, {}, first)
    expect((await asha('POST', '/v1/systems', aSystem('ris'))).status).toBe(409)

    expect((await asha('POST', '/v1/systems/ris/revoke')).body).toMatchObject({
      revokedAt: expect.any(String),
    })

    expect((await say(event(), undefined, {}, first)).status).toBe(401)
    const second = await letIn('ris', { sources: ['/lis'] })
    expect((await say(event(), undefined, {}, first)).status).toBe(401)
    expect((await say(one, undefined, {}, second)).body.results[0]).toEqual({
      id: one.id,
      result: 'duplicate',
      appointmentId: body.results[0].appointmentId,
    })
  })

  it('is limited for each system, a batch by what is in it, and the answer says when to come back', async () => {
    const busy = await createTestServer(testServers().freshDatabase(), { EVENTS_PER_MINUTE: 5 })
    const asha = await busy.as('asha')
    const [lis, ris] = await Promise.all(
      ['lis', 'ris'].map(async (id) => (await asha('POST', '/v1/systems', aSystem(id))).body.secret),
    )
    const tell = (count: number, token: string) =>
      busy.anyone(
        'POST',
        '/v1/events',
        Array.from({ length: count }, () => event()),
        {
          'content-type': 'application/cloudevents-batch+json',
          authorization: `Bearer ${token}`,
        },
      )
    const first = await tell(3, lis)
    expect(first.status).toBe(202)
    expect(first.headers.ratelimit).toContain('"events";r=2;t=')
    const refused = await tell(3, lis)
    expect([refused.status, refused.body.code]).toEqual([429, 'TOO_MANY_REQUESTS'])
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
    expect((await tell(3, ris)).status).toBe(202)
    await busy.close()
  })

  it('is accounted for under the system’s name, and shown at once', async () => {
    const { body } = await say(event({ type: 'appointment.checked' }))

    const { body: trail } = await (await door.as('asha'))('GET', '/v1/audit?limit=5')
    expect(trail.items).toContainEqual(
      expect.objectContaining({
        who: 'lis',
        did: 'appointment.checked',
        to: body.results[0].appointmentId,
        from: '127.0.0.1',
      }),
    )
  })

  it('is accounted for once, and only what happened, when many change one appointment at the same moment', async () => {
    const number = unique()
    const types = ['appointment.booked', 'appointment.cancelled', 'appointment.booked', 'appointment.missed']
    const all = Array.from({ length: 16 }, (_, index) =>
      event({ type: types[index % 4], appointmentNumber: number, version: index + 1 }),
    )
    const { body } = await say([...all, ...all], 'application/cloudevents-batch+json')

    const appointment = await door.appointmentOf(body.results[0].appointmentId)
    const accounted = appointment?.auditDue?.map(({ did }) => did)
    expect(accounted).toEqual(appointment?.outbox?.map(({ event }) => event.type))
    expect((await door.audited()).join()).not.toContain(body.results[0].appointmentId)
  })

  it('is told here as of when it happened: what comes late is no news', async () => {
    const booked = event({ type: 'appointment.booked', time: '2025-02-01T09:00:00Z' })
    const { body } = await say(booked)
    const cancelled = event({
      type: 'appointment.cancelled',
      time: '2025-02-02T09:00:00Z',
      ...booked.data,
      version: 2,
    })
    await say(cancelled)

    const appointment = await door.appointmentOf(body.results[0].appointmentId)
    expect(appointment?.outbox?.map(({ event }) => event.time)).toEqual([
      '2025-02-01T09:00:00.000Z',
      '2025-02-02T09:00:00.000Z',
    ])
  })

  it('is told later what became of its events, whether taken or not, for as long as 30 days', async () => {
    const mine = await letIn('hims', { sources: ['/his', '/his/*'] })
    const ask = (path: string, token = mine) =>
      door.anyone('GET', path, undefined, { authorization: `Bearer ${token}` })
    const [good, bad] = [event({ source: '/his' }), event({ source: '/his', patientNumber: 'P-nobody' })]
    const { body } = await say([good, bad, 'no event'], 'application/cloudevents-batch+json', {}, mine)
    await say(good, undefined, {}, mine)

    const taken = await ask(`/v1/events/${good.id}`)
    expect([taken.status, taken.body]).toEqual([
      200,
      {
        id: good.id,
        source: '/his',
        type: good.type,
        door: 'http',
        result: 'accepted',
        appointmentId: body.results[0].appointmentId,
        at: expect.any(String),
        expiresAt: expect.any(String),
      },
    ])
    expect(Date.parse(taken.body.expiresAt) - Date.parse(taken.body.at)).toBe(30 * 86_400_000)
    expect((await ask(`/v1/events/${bad.id}`)).body).toMatchObject({
      result: 'rejected',
      code: 'UNKNOWN_PATIENT',
      errors: [{ pointer: '/data/patientNumber' }],
    })
    expect((await ask(`/v1/events/${bad.id}?source=/his/ward`)).status).toBe(404)
    expect((await ask(`/v1/events/${good.id}`, secret)).status).toBe(404)

    const first = await ask('/v1/events?limit=2')
    const rest = await ask(`/v1/events?limit=2&cursor=${first.body.next}`)
    expect([...first.body.items, ...rest.body.items].map(({ id }) => id).toSorted()).toEqual(
      [bad.id, good.id, undefined].toSorted(),
    )
    expect(rest.body).not.toHaveProperty('next')
    const { body: rejected } = await ask('/v1/events?result=rejected')
    expect(rejected.items.map(({ code }: { code: string }) => code).toSorted()).toEqual([
      'NOT_AN_EVENT',
      'UNKNOWN_PATIENT',
    ])
  })

  it('is told that it was taken, once it was, and never again that it was not', async () => {
    const token = await letIn('ehr')
    const later = { ...event({ patientNumber: 'P-nobody' }), id: 'tried twice' }
    const result = async () =>
      (await door.anyone('GET', '/v1/events/tried%20twice', undefined, { authorization: `Bearer ${token}` }))
        .body.result
    await say(later, undefined, {}, token)
    expect(await result()).toBe('rejected')

    const mended = { ...later, data: { ...later.data, patientNumber: 'P-ada' } }
    for (const one of [mended, mended, { ...mended, time: 'never' }]) await say(one, undefined, {}, token)

    expect(await result()).toBe('accepted')
  })

  it('of two systems never meets, even where they call their appointments alike', async () => {
    const other = await letIn('mri', { sources: ['/lis'] })
    const one = event()
    const [ours, theirs] = [await say(one), await say(one, undefined, {}, other)]

    expect(ours.body.results[0].appointmentId).not.toBe(theirs.body.results[0].appointmentId)
  })

  async function letIn(systemId: string, change: object = {}): Promise<string> {
    const { status, body } = await (await door.as('asha'))('POST', '/v1/systems', {
      ...aSystem(systemId),
      ...change,
    })
    expect(status).toBe(201)
    return body.secret
  }

  const say = (
    body: unknown,
    type = 'application/cloudevents+json',
    headers: Record<string, string> = {},
    token = secret,
  ) =>
    door.anyone(
      'POST',
      '/v1/events',
      typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
      { 'content-type': type, authorization: `Bearer ${token}`, ...headers },
    )
})

const aSystem = (systemId: string) => ({
  systemId,
  name: 'Laboratory',
  types: [
    'appointment.booked',
    'appointment.rescheduled',
    'appointment.cancelled',
    'appointment.checked',
    'appointment.missed',
  ],
  sources: ['/lis', '/lis/*'],
})

let counted = 0
const unique = () => `A-${counted++}`

interface Said {
  readonly specversion: string
  readonly id: string
  readonly source: string
  readonly type: string
  readonly time: string
  readonly data: Record<string, unknown>
}

/** An event about an appointment of its own, unless it is said otherwise. Attributes and data by name. */
function event(change: object = {}): Said {
  const attributes = ['specversion', 'id', 'source', 'type', 'subject', 'time', 'dataschema']
  const given = Object.entries(change)
  return {
    specversion: '1.0',
    id: `event-${unique()}`,
    source: '/lis',
    type: 'appointment.checked',
    time: new Date().toISOString(),
    ...Object.fromEntries(given.filter(([name]) => attributes.includes(name))),
    data: {
      appointmentNumber: unique(),
      patientNumber: 'P-ada',
      doctorNumber: 'D-rao',
      startsAt: new Date().toISOString(),
      minutes: 15,
      version: 1,
      ...Object.fromEntries(given.filter(([name]) => !attributes.includes(name))),
    },
  }
}
