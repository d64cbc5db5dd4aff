import { testServers } from '@rounds/local-servers'
import type { Document } from 'mongodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestServer } from './open-door.ts'

interface List {
  /** Where its records lie. */
  readonly collection: string
  /** What a damaged record still has: what it is found by, and nothing else. */
  readonly left?: Document
  /** What the list calls it, where that is not its `_id`. */
  readonly named?: string
  readonly url?: string
  readonly body?: object
}

/** Every list; one that is new is not there until somebody wrote it into this table. */
const lists: Readonly<Record<string, List>> = {
  'GET /v1/patients': { collection: 'people', left: { kind: 'patient' } },
  'POST /v1/patients/search': {
    collection: 'people',
    left: { kind: 'patient', name: 'Zed' },
    body: { q: 'zed' },
  },
  'GET /v1/doctors': { collection: 'people', left: { kind: 'doctor' } },
  'POST /v1/doctors/search': {
    collection: 'people',
    left: { kind: 'doctor', name: 'Zed' },
    body: { q: 'zed' },
  },
  'GET /v1/departments': { collection: 'departments' },
  'GET /v1/appointments': { collection: 'appointments' },
  'GET /v1/appointments/{appointmentId}/posts': {
    collection: 'posts',
    left: { input: { appointmentId: 'seen' } },
    url: '/v1/appointments/seen/posts',
  },
  'GET /v1/emergency-access': { collection: 'emergencyAccess' },
  'GET /v1/jobs': { collection: 'jobs' },
  'GET /v1/campaigns': { collection: 'campaigns' },
  'GET /v1/suppressions': { collection: 'suppressions' },
  'GET /v1/completeness': { collection: 'checks' },
  'GET /v1/deliveries': { collection: 'deliveries' },
  'POST /v1/deliveries/search': {
    collection: 'deliveries',
    left: { outcome: { to: 'zed@example.test' } },
    body: { address: 'zed' },
  },
  'GET /v1/schedules': { collection: 'schedules' },
  'GET /v1/schedules/{scheduleId}/fires': {
    collection: 'fires',
    left: { scheduleId: 'daily' },
    url: '/v1/schedules/daily/fires',
  },
  'GET /v1/dead-letters': { collection: 'deadLetters' },
  'GET /v1/dead-letters/replays': { collection: 'replayRuns' },
  'GET /v1/chains': {
    collection: 'said',
    left: { subject: 'job', correlationid: 'damaged-chain' },
    named: 'damaged-chain',
    url: '/v1/chains?about=job',
  },
  'GET /v1/chat/spaces': { collection: 'spaces' },
  'GET /v1/chat/posts': { collection: 'posts' },
  'GET /v1/events': { collection: 'eventResults', left: { system: 'lis' } },
  'GET /v1/systems': { collection: 'systems' },
  'GET /v1/rejections': { collection: 'rejections' },
  'GET /v1/audit': { collection: 'audit' },
  'GET /v1/tokens': { collection: 'tokens', left: { personId: 'asha' } },
}

/** Made of code, not of records. */
const fixed = ['GET /v1/reports/catalogue', 'GET /v1/templates', 'GET /v1/health/consumers']

interface Schema {
  readonly properties?: Readonly<Record<string, Schema & { readonly type?: string }>>
  readonly $ref?: string
}
interface Documented {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly responses?: Responses }>>>>
  readonly components?: { readonly schemas?: Readonly<Record<string, Schema>> }
}
type Responses = Readonly<
  Record<string, { readonly content?: Readonly<Record<string, { readonly schema?: Schema }>> }>
>

describe('a list with a damaged record', () => {
  let door: Awaited<ReturnType<typeof createTestServer>>
  let asha: Awaited<ReturnType<typeof door.as>>
  let systemToken = ''

  beforeAll(async () => {
    door = await createTestServer(testServers().freshDatabase())
    asha = await door.as('asha')
    await door.withAppointment({ _id: 'seen' })
    await collection('schedules').insertOne({ _id: 'daily', removedAt: new Date() } as never)
    await collection('schedules').updateOne({ _id: 'daily' as never }, { $unset: { removedAt: '' } })
    const lis = { systemId: 'lis', name: 'Laboratory', types: ['appointment.booked'], sources: ['/lis'] }
    systemToken = (await asha('POST', '/v1/systems', lis)).body.secret
  })
  afterAll(() => door.close())

  const collection = (name: string) => door.store.collection<Document>(name)

  async function read(route: string) {
    const { url, body } = lists[route] ?? {}
    const [method = 'GET', path = ''] = route.split(' ')
    const isOfSystem = path === '/v1/events'
    const ask = isOfSystem ? door.anyone : asha
    const headers = isOfSystem ? { authorization: `Bearer ${systemToken}` } : {}
    return ask(method as 'GET', url ?? path, body, headers as Record<string, string>)
  }

  it('is in the table above, and documents what it cannot show', async () => {
    const document: Documented = (await door.app.inject('/openapi.json')).json()
    const found = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).flatMap(([method, { responses }]) => {
        const schema = responses?.['200']?.content?.['application/json']?.schema
        const name = schema?.$ref?.split('/').at(-1) ?? ''
        const { properties } = document.components?.schemas?.[name] ?? schema ?? {}
        const route = `${method.toUpperCase()} ${path}`
        return properties?.items?.type === 'array' ? [{ route, names: 'broken' in properties }] : []
      }),
    )
    expect(found.map(({ route }) => route).toSorted()).toEqual([...Object.keys(lists), ...fixed].toSorted())
    expect(
      found
        .filter(({ names }) => !names)
        .map(({ route }) => route)
        .toSorted(),
    ).toEqual(fixed.toSorted())
  })

  it.each(Object.keys(lists))('%s: shows the others, and names it', async (route) => {
    const { collection: name, left = {}, named } = lists[route] ?? { collection: '' }
    const before = await read(route)
    expect(before.status).toBe(200)
    await collection(name).insertOne({ _id: 'damaged', ...left } as never)

    const { status, body } = await read(route)

    await collection(name).deleteOne({ _id: 'damaged' as never })
    expect([status, body.broken?.map(({ id }: { id: string }) => id)]).toEqual([
      200,
      [...(before.body.broken ?? []).map(({ id }: { id: string }) => id), named ?? 'damaged'].toSorted(),
    ])
    // Looking at addresses is an entry of the audit by itself.
    if (name !== 'audit') expect(body.items).toEqual(before.body.items)
  })

  it('of a chain: the tree is made of the others', async () => {
    const event = {
      correlationid: 'story',
      type: 'report.requested',
      source: '/rounds/gateway',
      subject: 'job',
    }
    await collection('said').insertMany([
      { _id: 'healthy', at: new Date(), ...event },
      { _id: 'damaged', ...event },
    ] as never[])
    const { status, body } = await asha('GET', '/v1/chains/story')
    expect([status, body.events.map((one: { eventId: string }) => one.eventId), body.broken]).toEqual([
      200,
      ['healthy'],
      [expect.objectContaining({ id: 'damaged' })],
    ])
  })

  it('of a campaign’s errors.csv: the file has a line for it, and the others', async () => {
    await collection('campaigns').insertOne({ _id: 'campaign' } as never)
    const failed = { state: 'failed', outcome: { kind: 'failed' } }
    const recipient = { kind: 'person', id: 'ada', name: 'Ada', number: 'P-ada' }
    await collection('deliveries').insertMany([
      { _id: 'damaged', input: { batchId: 'campaign' }, ...failed },
      { _id: 'healthy', input: { batchId: 'campaign', recipient }, ...failed },
    ] as never[])
    const { status, body } = await asha('GET', '/v1/campaigns/campaign/errors.csv')
    expect([status, String(body).split('\r\n')]).toEqual([
      200,
      [
        expect.stringContaining('number'),
        expect.stringMatching(/damaged.*DAMAGED/),
        expect.stringContaining('P-ada'),
        '',
      ],
    ])
  })

  it.each([
    ['schedules', '/v1/schedules/damaged'],
    ['spaces', '/v1/chat/spaces/damaged'],
    ['tokens', '/v1/tokens/damaged'],
  ])('of %s: it can be taken away', async (name, url) => {
    await collection(name).insertOne({ _id: 'damaged', personId: 'asha' } as never)
    expect((await asha('DELETE', url, undefined, { 'if-match': '*' })).status).toBe(204)
    expect(JSON.stringify((await read(`GET ${url.replace('/damaged', '')}`)).body)).not.toContain('"damaged"')
  })
})
