import { type Role, scope } from '@rounds/contracts'
import { type ApiClient, demoClient, logins, passwordClient } from '@rounds/stack'
import type { Meaningful } from './schema-values.ts'

/** Somebody who asks, by cookie and by token; anonymous has neither. */
export interface FuzzPrincipal {
  readonly name: string
  readonly credentials: readonly Readonly<Record<string, string>>[]
}

const scopes = scope.anyOf.map((one) => one.const)

/** Cookie and, where their role may have one, a token with all scopes, for everybody who knocks. */
export async function principalsAt(url: string): Promise<FuzzPrincipal[]> {
  const names = ['admin', 'approver', 'doctor', 'patient', 'integrator', 'ops'] as const
  const signedIn = await Promise.all(
    names.map(async (name): Promise<FuzzPrincipal> => {
      const cookie = await freshCookie(url, name)
      if (name === 'ops') return { name, credentials: [{ cookie }] }
      const made = await fetch(`${url}/v1/tokens`, {
        method: 'POST',
        headers: { cookie, 'content-type': 'application/json' },
        body: JSON.stringify({ name: 'fuzz', scopes, expiresInDays: 1 }),
      })
      const { secret } = (await made.json()) as { secret: string }
      return { name, credentials: [{ cookie }, { authorization: `Bearer ${secret}` }] }
    }),
  )
  return [{ name: 'anonymous', credentials: [{}] }, ...signedIn]
}

/** A session of its own: signing out must end that one and no other. */
export async function freshCookie(url: string, name: Role | 'approver'): Promise<string> {
  const byPassword: Partial<Record<typeof name, { login: string; password: string }>> = {
    ops: logins.ops,
    approver: logins.secondAdmin,
    integrator: { login: 'integrator@example.test', password: logins.admin.password },
  }
  const { login, password } = byPassword[name] ?? {}
  const [path, body] = login ? ['/v1/session', { login, password }] : ['/v1/session/demo', { role: name }]
  const answer = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(`${name} could not sign in: ${answer.status}`)
  return (
    answer.headers
      .getSetCookie()
      .find((one) => one.startsWith('__Host-rounds='))
      ?.split(';', 1)[0] ?? ''
  )
}

/** Identifiers that exist, cursors that were given, and words that the contract takes: own, others' and missing ones. */
export async function meaningfulAt(url: string, strangers: Meaningful): Promise<Meaningful> {
  const admin = await demoClient(url, 'admin')
  const patient = await demoClient(url, 'patient')
  const doctor = await passwordClient(url, logins.doctor.login, logins.doctor.password)
  type List = { items: Record<string, string>[]; next?: string }
  const ids = (list: List, field: string) => list.items.map((item) => item[field] ?? '').slice(0, 40)

  const appointments = await admin.get<List>('/v1/appointments?limit=50')
  const booked = await doctor.get<List>('/v1/appointments?status=booked&order=soonest&limit=40')
  const own = await patient.get<List>('/v1/appointments?limit=40')
  const patients = await admin.get<List>('/v1/patients?limit=20')
  const doctors = await admin.get<List>('/v1/doctors?limit=20')
  const departments = await admin.get<List>('/v1/departments?limit=20')
  const jobs = await Promise.all(
    [admin, doctor].flatMap((client, who) =>
      Array.from({ length: 6 }, (_, index) =>
        client.send<{ jobId: string }>(
          'POST',
          '/v1/reports',
          { report: 'appointments', gzip: index % 2 === 0 },
          { 'idempotency-key': `fuzz-start-${who}-${index}` },
        ),
      ),
    ),
  )
  const cancelled = [await calledOffJob(admin), await calledOffJob(doctor)]
  const tokens = await Promise.all(
    Array.from({ length: 30 }, () =>
      admin.send<{ tokenId: string }>('POST', '/v1/tokens', {
        name: 'x',
        scopes: ['people:read'],
        expiresInDays: 1,
      }),
    ),
  )
  const listOf = (name: string, found: readonly string[]) => [...found, ...(strangers[name] ?? []), 'missing']
  return {
    appointmentId: listOf(
      'appointmentId',
      [appointments, booked, own].flatMap((list) => ids(list, 'appointmentId')),
    ),
    patientId: listOf('patientId', [...ids(patients, 'patientId'), 'demo-patient']),
    doctorId: listOf('doctorId', [...ids(doctors, 'doctorId'), 'demo-doctor']),
    departmentId: listOf('departmentId', ids(departments, 'departmentId')),
    jobId: listOf('jobId', [...jobs.map(({ jobId }) => jobId), ...cancelled]),
    tokenId: listOf(
      'tokenId',
      tokens.map(({ tokenId }) => tokenId),
    ),
    type: ['report.requested', 'appointment.checked', 'report.eaten'],
    cursor: [appointments, patients, doctors].flatMap(({ next }) => (next ? [next] : [])),
    q: ['state:done', 'since:2h report:appointments', 'a', 'Dr', 'state:nothing'],
    report: ['appointments', 'treatment-history'],
    parameters: [
      {},
      { status: 'missed' },
      { from: '2026-01-01', to: '2026-01-02' },
      { patientId: 'demo-patient' },
    ],
    columns: [['startsAt'], ['startsAt', 'status', 'reason'], ['diagnosis'], ['nothing']],
    startsAt: Array.from({ length: 40 }, (_, index) =>
      new Date(Date.now() + (index + 1) * 7.1e7).toISOString(),
    ),
    login: [logins.ops.login, ...Array.from({ length: 10 }, (_, index) => `nobody-${index}@example.test`)],
    password: [logins.ops.password],
    'if-match': ['"1"', '*'],
  }
}

/** A job that was called off before it was done: it may be called off again, and asked for anew. */
async function calledOffJob(client: ApiClient): Promise<string> {
  for (let attempt = 0; attempt < 20; attempt++) {
    const key = { 'idempotency-key': `fuzz-call-off-${attempt}` }
    const { jobId } = await client.send<{ jobId: string }>(
      'POST',
      '/v1/reports',
      { report: 'appointments' },
      key,
    )
    const { ok } = await client.raw(`/v1/jobs/${jobId}/cancel`, { method: 'POST' })
    if (ok) return jobId
  }
  throw new Error('every job was done before it could be called off')
}
