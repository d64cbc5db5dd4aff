import type { Role } from '@rounds/contracts'
import { testServers } from '@rounds/local-servers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aCampaign, aDelivery, createTestServer } from './open-door.ts'

/** Who may call what. A new route is not there until somebody wrote it into this table. */
const table: Readonly<Record<string, readonly Role[] | 'public' | 'system'>> = {
  'GET /v1/welcome': 'public',
  'POST /v1/session': 'public',
  'POST /v1/session/demo': 'public',
  'POST /v1/session/link': 'public',
  'POST /v1/session/by-link': 'public',
  'GET /schemas/{type}/v1': 'public',
  'GET /v1/session': ['admin', 'doctor', 'patient', 'ops', 'integrator'],
  'POST /v1/session/activity': ['admin', 'doctor', 'patient', 'ops', 'integrator'],
  'DELETE /v1/session': ['admin', 'doctor', 'patient', 'ops', 'integrator'],
  'POST /v1/tokens': ['admin', 'doctor', 'patient', 'integrator'],
  'GET /v1/tokens': ['admin', 'doctor', 'patient', 'integrator'],
  'DELETE /v1/tokens/{tokenId}': ['admin', 'doctor', 'patient', 'integrator'],
  'GET /v1/audit': ['admin', 'ops'],
  'GET /v1/patients': ['admin', 'doctor', 'patient'],
  'POST /v1/patients/search': ['admin', 'doctor', 'patient'],
  'POST /v1/patients': ['admin'],
  'GET /v1/patients/{patientId}': ['admin', 'doctor', 'patient'],
  'PATCH /v1/patients/{patientId}': ['admin'],
  'GET /v1/doctors': ['admin', 'doctor', 'patient', 'ops', 'integrator'],
  'POST /v1/doctors/search': ['admin', 'doctor', 'patient', 'ops', 'integrator'],
  'POST /v1/doctors': ['admin'],
  'GET /v1/doctors/{doctorId}': ['admin', 'doctor', 'patient', 'ops', 'integrator'],
  'PATCH /v1/doctors/{doctorId}': ['admin'],
  'GET /v1/departments': ['admin', 'doctor', 'patient', 'ops', 'integrator'],
  'POST /v1/departments': ['admin'],
  'GET /v1/departments/{departmentId}': ['admin', 'doctor', 'patient', 'ops', 'integrator'],
  'PATCH /v1/departments/{departmentId}': ['admin'],
  'GET /v1/appointments': ['admin', 'doctor', 'patient'],
  'POST /v1/appointments': ['admin', 'doctor', 'patient'],
  'GET /v1/appointments/{appointmentId}': ['admin', 'doctor', 'patient'],
  'PATCH /v1/appointments/{appointmentId}': ['admin', 'doctor', 'patient'],
  'POST /v1/emergency-access': ['doctor'],
  'GET /v1/emergency-access': ['admin'],
  'GET /v1/reports/catalogue': ['admin', 'doctor', 'patient'],
  'POST /v1/reports': ['admin', 'doctor', 'patient'],
  'GET /v1/reports/{id}/file': ['admin', 'doctor', 'patient'],
  'GET /v1/reports/{id}/manifest': ['admin', 'doctor', 'patient'],
  'GET /v1/reports/{id}/errors': ['admin', 'doctor', 'patient'],
  'GET /v1/jobs': ['admin', 'doctor', 'patient', 'ops'],
  'GET /v1/jobs/{id}': ['admin', 'doctor', 'patient', 'ops'],
  'GET /v1/jobs/{id}/events': ['admin', 'doctor', 'patient', 'ops'],
  'GET /v1/stream': ['admin', 'doctor', 'patient', 'ops'],
  'POST /v1/jobs/{id}/cancel': ['admin', 'doctor', 'patient'],
  'POST /v1/jobs/{id}/retry': ['admin', 'doctor', 'patient'],
  'GET /v1/tasks/{id}': ['admin', 'doctor', 'patient', 'ops'],
  'POST /v1/campaigns': ['admin'],
  'GET /v1/campaigns': ['admin'],
  'GET /v1/campaigns/{id}': ['admin'],
  'PATCH /v1/campaigns/{id}': ['admin'],
  'POST /v1/campaigns/{id}/send': ['admin'],
  'POST /v1/campaigns/{id}/approve': ['admin'],
  'POST /v1/campaigns/{id}/pause': ['admin'],
  'POST /v1/campaigns/{id}/resume': ['admin'],
  'POST /v1/campaigns/{id}/cancel': ['admin'],
  'POST /v1/campaigns/{id}/resend': ['admin'],
  'POST /v1/campaigns/{id}/recipients': ['admin'],
  'POST /v1/campaigns/{id}/dry-run': ['admin'],
  'GET /v1/campaigns/{id}/errors.csv': ['admin'],
  'POST /v1/mails': ['admin'],
  'GET /v1/mails/{id}': ['admin'],
  'GET /v1/templates': ['admin'],
  'POST /v1/templates/{template}/preview': ['admin'],
  'POST /v1/templates/{template}/test-send': ['admin'],
  'GET /v1/suppressions': ['admin'],
  'POST /v1/suppressions': ['admin'],
  'POST /v1/mail/bounces': ['admin', 'integrator'],
  'GET /v1/consents/{personId}': ['admin', 'doctor', 'patient'],
  'PUT /v1/consents/{personId}': ['admin', 'doctor', 'patient'],
  'GET /v1/unsubscribe/{token}': 'public',
  'POST /v1/unsubscribe/{token}': 'public',
  'GET /v1/completeness': ['admin', 'ops'],
  'GET /v1/deliveries': ['admin', 'ops', 'doctor', 'patient'],
  'POST /v1/deliveries/search': ['admin'],
  'GET /v1/deliveries/{id}': ['admin', 'ops', 'doctor', 'patient'],
  'POST /v1/deliveries/{id}/resolve': ['admin'],
  'POST /v1/schedules': ['admin'],
  'GET /v1/schedules': ['admin', 'ops'],
  'GET /v1/schedules/{scheduleId}': ['admin', 'ops'],
  'PATCH /v1/schedules/{scheduleId}': ['admin'],
  'DELETE /v1/schedules/{scheduleId}': ['admin'],
  'POST /v1/schedules/preview': ['admin', 'ops'],
  'POST /v1/schedules/{scheduleId}/pause': ['admin'],
  'POST /v1/schedules/{scheduleId}/resume': ['admin'],
  'POST /v1/schedules/{scheduleId}/run': ['admin'],
  'GET /v1/schedules/{scheduleId}/fires': ['admin', 'ops'],
  'GET /v1/dead-letters': ['admin', 'ops'],
  'GET /v1/dead-letters/counts': ['admin', 'ops'],
  'GET /v1/dead-letters/export': ['admin'],
  'GET /v1/dead-letters/{id}': ['admin', 'ops'],
  'POST /v1/dead-letters/{id}/validate': ['admin', 'ops'],
  'POST /v1/dead-letters/{id}/replay': ['admin'],
  'POST /v1/dead-letters/{id}/discard': ['admin'],
  'POST /v1/dead-letters/replay': ['admin'],
  'POST /v1/dead-letters/discard': ['admin'],
  'GET /v1/dead-letters/replays': ['admin', 'ops'],
  'GET /v1/dead-letters/replays/{id}': ['admin', 'ops'],
  'GET /v1/chains': ['admin', 'ops'],
  'GET /v1/chains/{correlationId}': ['admin', 'ops'],
  'GET /v1/chat/spaces': ['admin', 'ops'],
  'POST /v1/chat/spaces': ['admin'],
  'GET /v1/chat/spaces/{spaceId}': ['admin', 'ops'],
  'PATCH /v1/chat/spaces/{spaceId}': ['admin'],
  'DELETE /v1/chat/spaces/{spaceId}': ['admin'],
  'POST /v1/chat/spaces/{spaceId}/test': ['admin'],
  'POST /v1/chat/spaces/{spaceId}/resume': ['admin'],
  'POST /v1/chat/preview': ['admin', 'ops'],
  'GET /v1/chat/counts': ['admin', 'ops'],
  'GET /v1/chat/posts': ['admin', 'ops'],
  'GET /v1/chat/posts/{postId}': ['admin', 'ops'],
  'POST /v1/chat/posts/{postId}/resolve': ['admin'],
  'GET /v1/appointments/{appointmentId}/posts': ['admin', 'doctor'],
  'GET /v1/health/consumers': ['admin', 'ops'],
  'POST /v1/events': 'system',
  'GET /v1/events': 'system',
  'GET /v1/events/{eventId}': 'system',
  'POST /v1/systems': ['admin'],
  'GET /v1/systems': ['admin'],
  'POST /v1/systems/{systemId}/revoke': ['admin'],
  'GET /v1/rejections': ['admin'],
  'GET /v1/rejections/{rejectionId}': ['admin'],
}

const someone: Readonly<Record<Role, string>> = {
  admin: 'asha',
  doctor: 'rao',
  patient: 'ada',
  ops: 'om',
  integrator: 'links',
}
const roles = Object.keys(someone) as Role[]

describe('who may call what', () => {
  let door: Awaited<ReturnType<typeof createTestServer>>
  beforeAll(async () => {
    door = await createTestServer(testServers().freshDatabase())
  })
  afterAll(() => door.close())

  type Ask = Awaited<ReturnType<typeof door.as>>
  const call = (ask: Ask, route: string, id = 'missing') => {
    const [method, path = ''] = route.split(' ')
    const body = method === 'GET' || method === 'DELETE' ? undefined : {}
    return ask(method as 'GET', path.replace(/\{\w+\}/, id), body)
  }

  it('is decided for every route there is', () => {
    const { paths = {} } = door.app.swagger()
    const routes = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods ?? {}).map((method) => `${method.toUpperCase()} ${path}`),
    )
    expect(routes.toSorted()).toEqual(Object.keys(table).toSorted())
  })

  const guarded = Object.keys(table).filter((route) => table[route] !== 'public')

  it.each(guarded)('%s is for nobody who has not signed in', async (route) => {
    expect((await call(door.anyone, route)).status).toBe(401)
  })

  it.each(guarded)('%s is for the roles of the table', async (route) => {
    for (const role of roles) {
      const may = table[route]?.includes(role)
      // What streams does not end, and then there is nothing to wait for.
      if (may && route === 'GET /v1/stream') continue
      const { status } = await call(await door.as(someone[role]), route)
      // No person at all comes where other systems do.
      if (table[route] === 'system') {
        expect([role, status]).toEqual([role, 401])
        continue
      }
      expect([role, status === 403 ? 'refused' : status === 401 ? 'unknown' : 'let in']).toEqual([
        role,
        may ? 'let in' : 'refused',
      ])
    }
  })

  describe('what belongs to somebody', () => {
    // Doctors and departments are everybody's to read and the admin's to change.
    const named = guarded.filter((route) => /\{(?!doctorId|departmentId)\w+\}/.test(route))
    // Any doctor may look up any patient, to book a visit.
    const isOpenToDoctors = (route: string) => route === 'GET /v1/patients/{patientId}'
    const cases = named.flatMap((route) => [
      ...(table[route]?.includes('doctor') && !isOpenToDoctors(route)
        ? [[route, 'rao', 'khan'] as const]
        : []),
      ...(table[route]?.includes('patient') ? [[route, 'ada', 'bina'] as const] : []),
    ])
    const changes: Record<string, object> = {
      'PATCH /v1/appointments/{appointmentId}': { status: 'cancelled' },
      'PUT /v1/consents/{personId}': { marketing: true },
    }
    let keys = 0

    it.each(cases)(
      '%s is open to %s, whose it is, and answers %s as if it did not exist',
      async (route, owner, other) => {
        const record = await recordOf(owner, route)
        const [own, others, missing] = [
          await asked(owner, route, record),
          await asked(other, route, record),
          await asked(other, route, 'missing'),
        ]
        // In the wrong state for it, perhaps: but that is told to nobody else.
        expect([200, 202, 204, 409, 410]).toContain(own.status)
        expect([others.status, missing.status]).toEqual([404, 404])
        const told = ({ body }: typeof own) => ({ ...body, instance: '', traceId: '' })
        expect(told(others)).toEqual(told(missing))
      },
    )

    async function asked(who: string, route: string, id: string) {
      const ask = await door.as(who)
      const [method = '', path = ''] = route.split(' ')
      const body = method === 'GET' || method === 'DELETE' ? undefined : (changes[route] ?? {})
      const headers = { 'idempotency-key': `asked-${++keys}` }
      return ask(method as 'GET', path.replace(/\{\w+\}/, id), body, headers)
    }

    /** Something of this person's, such as the route speaks of. */
    async function recordOf(who: 'rao' | 'ada', route: string): Promise<string> {
      const [, kind] = /\/v1\/(\w+)\//.exec(route) ?? []
      const ask = await door.as(who)
      switch (kind) {
        case 'patients':
        case 'consents':
          return who
        case 'appointments':
          return door.withAppointment({ startsAt: new Date(door.now().getTime() + 86_400_000) })
        case 'deliveries':
          return door.withDelivery(
            aDelivery({ input: { recipient: { kind: 'person', id: who, name: who, number: `P-${who}` } } }),
          )
        case 'tokens': {
          const token = { name: `of ${who}`, scopes: ['appointments:read'], expiresInDays: 1 }
          return (await ask('POST', '/v1/tokens', token)).body.tokenId
        }
        case 'jobs':
        case 'tasks':
        case 'reports': {
          const report = who === 'rao' ? 'appointments' : 'treatment-history'
          const key = { 'idempotency-key': `asked-${++keys}` }
          const { jobId } = (await ask('POST', '/v1/reports', { report }, key)).body
          // Called off: what streams it has an end then.
          await ask('POST', `/v1/jobs/${jobId}/cancel`, {})
          return jobId
        }
        default:
          throw new Error(`nobody said how to make what ${route} speaks of`)
      }
    }
  })

  it('shows a doctor how to reach their own patients, and of others only who they are', async () => {
    await door.store
      .collection<{ _id: string }>('people')
      .updateMany({ _id: { $in: ['ada', 'bina'] } }, { $set: { mail: 'x@example.test', phone: '+9100' } })
    await door.withAppointment({
      doctor: { id: 'rao', name: 'Dr. Rao', number: 'D-rao' },
      status: 'checked',
      bookedBy: 'asha',
      checkedBy: 'rao',
    })
    const rao = await door.as('rao')
    const listed = (await rao('GET', '/v1/patients')).body.items as { patientId: string; mail?: string }[]
    const opened = await Promise.all(
      ['ada', 'bina'].map(async (id) => (await rao('GET', `/v1/patients/${id}`)).body),
    )
    for (const among of [listed, opened]) {
      const found = among.filter(({ patientId }) => ['ada', 'bina'].includes(patientId))
      expect(found.map((one) => [one.patientId, one.mail !== undefined, 'phone' in one])).toEqual([
        ['ada', true, true],
        ['bina', false, false],
      ])
    }
  })

  describe('four eyes', () => {
    const everybody = { kind: 'people', role: 'patient' } as const
    const keyed = () => ({ 'idempotency-key': `eyes-${++count}` })
    let count = 0
    type Do = (second: Ask, id: string) => Promise<unknown>

    /** What `nils` does to a campaign of `asha` before it leaves. */
    const hands: Readonly<Record<string, readonly [audience: object, act: Do]>> = {
      edited: [everybody, (nils, id) => nils('PATCH', `/v1/campaigns/${id}`, { name: 'Mine now' })],
      uploaded: [
        { kind: 'upload' },
        (nils, id) => nils('POST', `/v1/campaigns/${id}/recipients`, list, { 'content-type': 'text/csv' }),
      ],
    }
    const list = `mail\n${Array.from({ length: 5 }, (_, one) => `a${one}@example.test`).join('\n')}\n`

    it.each(Object.entries(hands))('who %s a campaign may not approve it', async (did, [audience, act]) => {
      const [asha, nils] = [await door.as('asha'), await door.as('nils')]
      const { campaignId } = (await asha('POST', '/v1/campaigns', { ...aCampaign, audience })).body
      await act(nils, campaignId)
      const sent = await asha('POST', `/v1/campaigns/${campaignId}/send`, undefined, keyed())
      expect(sent.body).toMatchObject({ state: 'awaiting approval', barredFromApproving: 'created' })

      const seen = (await nils('GET', `/v1/campaigns/${campaignId}`)).body
      expect(seen).toMatchObject({ mayApprove: false, barredFromApproving: did })
      const refused = await nils('POST', `/v1/campaigns/${campaignId}/approve`, {})
      expect([refused.status, refused.body.code]).toEqual([403, 'SELF_APPROVAL'])
      expect((await (await door.as('vera'))('POST', `/v1/campaigns/${campaignId}/approve`, {})).status).toBe(
        200,
      )
    })

    it('who sends one again to the failed, or sends to the failed of another, is not its only pair', async () => {
      const [asha, nils] = [await door.as('asha'), await door.as('nils')]
      const { campaignId } = (await asha('POST', '/v1/campaigns', { ...aCampaign, audience: everybody })).body
      await asha('POST', `/v1/campaigns/${campaignId}/send`, undefined, keyed())
      for (const one of ['f1', 'f2', 'f3', 'f4'])
        await door.withDelivery(
          aDelivery({
            _id: one,
            input: {
              batchId: campaignId,
              recipient: { kind: 'person', id: one, name: one, number: one },
            },
            outcome: { kind: 'failed', code: 'REFUSED' },
          }),
        )
      const again = (await nils('POST', `/v1/campaigns/${campaignId}/resend`, {})).body.campaignId
      const other = (
        await nils('POST', '/v1/campaigns', { ...aCampaign, audience: { kind: 'failed of', campaignId } })
      ).body.campaignId
      for (const id of [again, other]) {
        const sent = (await nils('POST', `/v1/campaigns/${id}/send`, undefined, keyed())).body
        expect(sent.state).toBe('awaiting approval')
        expect((await asha('POST', `/v1/campaigns/${id}/approve`, {})).status).toBe(403)
        expect((await (await door.as('vera'))('POST', `/v1/campaigns/${id}/approve`, {})).status).toBe(200)
      }
    })
  })

  describe('a patient’s history', () => {
    const later = () => new Date(door.now().getTime() + 2 * 86_400_000).toISOString()
    let keys = 0

    /** What Dr. Khan is answered who wants a patient's history. */
    async function khanAsks(patientId: string) {
      const khan = await door.as('khan')
      const wanted = { report: 'treatment-history', parameters: { patientId } }
      const { status, body } = await khan('POST', '/v1/reports', wanted, {
        'idempotency-key': `history-${++keys}`,
      })
      return [status, body.code ?? 'asked for']
    }
    const book = async (who: string, patientId: string, startsAt = later()) => {
      const ask = await door.as(who)
      const { body } = await ask('POST', '/v1/appointments', { patientId, doctorId: 'khan', startsAt })
      return body.appointmentId as string
    }
    const change = async (who: string, id: string, what: object) =>
      (await (await door.as(who))('PATCH', `/v1/appointments/${id}`, what)).status
    /** Somebody whom nobody ever saw. */
    const stranger = async () => {
      const asha = await door.as('asha')
      const { body } = await asha('POST', '/v1/patients', { name: 'Chitra', number: `S-${++keys}` })
      return body.patientId as string
    }
    const refusal = [422, 'NO_TREATMENT_RELATION']

    /** Whether Dr. Khan is told how to reach somebody. */
    const khanSeesContact = async (patientId: string) =>
      'phone' in (await (await door.as('khan'))('GET', `/v1/patients/${patientId}`)).body

    it('and how to reach them follow one rule', async () => {
      const asha = await door.as('asha')
      const person = { name: 'Chitra', number: `S-${++keys}`, phone: '+91 00000 00000' }
      const { patientId } = (await asha('POST', '/v1/patients', person)).body
      const at = (days: number) => new Date(door.now().getTime() + days * 86_400_000).toISOString()
      await book('khan', patientId, at(8))
      expect([await khanSeesContact(patientId), await khanAsks(patientId)]).toEqual([false, refusal])
      const id = await book('asha', patientId, at(9))
      expect([await khanSeesContact(patientId), (await khanAsks(patientId))[0]]).toEqual([true, 202])
      await change('khan', id, { status: 'cancelled' })
      expect([await khanSeesContact(patientId), await khanAsks(patientId)]).toEqual([false, refusal])
    })

    it('is closed to a doctor who booked a stranger with themself, kept or cancelled', async () => {
      const patientId = await stranger()
      expect(await khanAsks(patientId)).toEqual(refusal)
      const id = await book('khan', patientId)
      expect(await khanAsks(patientId)).toEqual(refusal)
      expect(await change('khan', id, { status: 'cancelled' })).toBe(200)
      expect(await khanAsks(patientId)).toEqual(refusal)
    })

    it('opens by a visit that somebody else booked, and closes when that is cancelled', async () => {
      const patientId = await stranger()
      const id = await book('asha', patientId, new Date(door.now().getTime() + 5 * 86_400_000).toISOString())
      expect(await khanAsks(patientId)).toEqual([202, 'asked for'])
      expect(await change('asha', id, { status: 'cancelled' })).toBe(200)
      expect(await khanAsks(patientId)).toEqual(refusal)
      const own = await book('bina', 'bina', new Date(door.now().getTime() + 6 * 86_400_000).toISOString())
      expect(await khanAsks('bina')).toEqual([202, 'asked for'])
      expect(await change('bina', own, { status: 'cancelled' })).toBe(200)
      expect(await khanAsks('bina')).toEqual(refusal)
    })

    it('opens for an hour to a doctor who says why, is audited, and admins read the reason', async () => {
      const patientId = await stranger()
      const khan = await door.as('khan')
      const refused = await khan('POST', '/v1/emergency-access', { patientId, reason: '          .' })
      expect([refused.status, refused.body.errors?.[0]?.pointer]).toEqual([400, '/reason'])
      const reason = 'Brought in unconscious, nobody with her'
      const opened = await khan('POST', '/v1/emergency-access', { patientId, reason })
      expect([opened.status, opened.body.patient.name]).toEqual([201, 'Chitra'])
      expect(await door.audited()).toContain(`khan emergency-access.opened ${patientId}`)
      expect(await khanAsks(patientId)).toEqual([202, 'asked for'])
      const { body } = await (await door.as('asha'))('GET', '/v1/emergency-access')
      expect(body.items[0]).toMatchObject({
        doctor: { id: 'khan', name: 'Dr. Khan' },
        patient: { id: patientId, name: 'Chitra' },
        reason,
      })
      door.wait(3_600_000)
      expect(await khanAsks(patientId)).toEqual(refusal)
    })

    it('is no way to somebody who does not exist', async () => {
      const reason = 'Brought in unconscious, nobody with her'
      const khan = await door.as('khan')
      const { status, body } = await khan('POST', '/v1/emergency-access', { patientId: 'missing', reason })
      expect([status, body.errors]).toEqual([422, [{ pointer: '/patientId', detail: 'is not known' }]])
    })

    it.each(['diagnosis', 'prescription'])('shows admins no %s, asked for or not', async (column) => {
      const asha = await door.as('asha')
      const { body } = await asha('GET', '/v1/reports/catalogue')
      const history = body.items.find(({ report }: { report: string }) => report === 'treatment-history')
      expect(history.columns.map(({ id }: { id: string }) => id)).not.toContain(column)
      const wanted = { report: 'treatment-history', parameters: { patientId: 'ada' }, columns: [column] }
      const answer = await asha('POST', '/v1/reports', wanted, { 'idempotency-key': `history-${++keys}` })
      expect([answer.status, answer.body.errors?.[0]?.pointer]).toEqual([422, '/columns/0'])
      const visit = await door.withAppointment({ status: 'checked', diagnosis: 'flu', prescription: 'rest' })
      expect((await asha('GET', `/v1/appointments/${visit}`)).body).not.toHaveProperty(column)
      expect((await (await door.as('rao'))('GET', `/v1/appointments/${visit}`)).body).toHaveProperty(column)
    })
  })

  it.each(guarded)('%s is for no token without a scope for it', async (route) => {
    const asha = await door.as('asha')
    const unfit = ['people:write', 'audit:read'].find((scope) => !scopeSuits(route, scope))
    const { body } = await asha('POST', '/v1/tokens', { name: 'unfit', scopes: [unfit], expiresInDays: 1 })
    const [method, path = ''] = route.split(' ')
    const answer = await door.anyone(
      method as 'GET',
      path.replace(/\{\w+\}/, 'missing'),
      method === 'GET' || method === 'DELETE' ? undefined : {},
      {
        authorization: `Bearer ${body.secret}`,
      },
    )
    expect(answer.status).toBe(table[route] === 'system' ? 401 : 403)
  })
})

const scopeSuits = (route: string, scope: string) =>
  scope === 'audit:read'
    ? route.endsWith('/audit')
    : /^(POST|PATCH) \/v1\/(patients|doctors|departments)/.test(route)
