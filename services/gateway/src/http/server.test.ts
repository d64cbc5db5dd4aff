import { instant, line } from '@rounds/contracts'
import { silent } from '@rounds/kernel'
import { Type } from 'typebox'
import { describe, expect, it } from 'vitest'
import { type AuthenticateDeps, authenticate } from '../auth/authenticate.ts'
import type { Principal } from './principal.ts'
import { type FrameOptions, frame } from './server.ts'

describe('the door’s frame', () => {
  it('does not open with a route that nobody decided about', async () => {
    const app = await frame(world())
    app.get('/v1/forgotten', async () => 'secret')
    await expect(app.ready()).rejects.toThrow('routes without a policy: GET /v1/forgotten')
  })

  it('tells a stranger to sign in, before it looks at what they sent', async () => {
    const { status, body, headers } = await asked('POST', '/v1/things', {
      payload: { nonsense: true },
      headers: {},
    })
    expect([status, body.code]).toEqual([401, 'NOT_SIGNED_IN'])
    expect(headers['www-authenticate']).toContain('Bearer')
  })

  it('tells who has the wrong role that it is not for them', async () => {
    const app = await opened({ resolvePrincipal: async () => ({ ...asha, role: 'patient' }) })
    const { statusCode, json } = await app.inject({
      method: 'POST',
      url: '/v1/things',
      headers: bearer,
      payload: {},
    })
    expect([statusCode, json().code]).toEqual([403, 'NOT_ALLOWED'])
  })

  it('tells a token without the scope the same', async () => {
    const resolvePrincipal = async (): Promise<Principal> => ({
      ...asha,
      via: { kind: 'token', tokenId: 't', scopes: ['audit:read'] },
    })
    const app = await opened({ resolvePrincipal })
    const { statusCode } = await app.inject({
      method: 'POST',
      url: '/v1/things',
      headers: bearer,
      payload: {},
    })
    expect(statusCode).toBe(403)
  })

  it('lets no other site use somebody’s cookie', async () => {
    const headers = { cookie: '__Host-rounds=secret', 'sec-fetch-site': 'cross-site' }
    const { status, body } = await asked('POST', '/v1/things', { payload: good, headers })
    expect([status, body.code]).toEqual([403, 'CROSS_SITE_REQUEST'])
  })

  it.each([
    ['an unknown field', { ...good, extra: 1 }, '/extra'],
    ['an operator in place of a value', { ...good, name: { $ne: null } }, '/name'],
    ['an operator among the fields', { ...good, $where: '1' }, '/$where'],
    ['a number where a text belongs', { ...good, name: 7 }, '/name'],
    ['a missing field', {}, '/name'],
    ['a day that does not exist', { ...good, day: '2026-02-30' }, '/day'],
    ['a value that is none of the choices', { ...good, status: 'eaten' }, '/status'],
    ['no object at all', [], '/'],
  ])('names the field and the reason for %s', async (_, payload, pointer) => {
    const { status, body } = await asked('POST', '/v1/things', { payload })
    expect([status, body.code]).toEqual([400, 'INVALID_REQUEST'])
    expect(body.errors).toEqual([{ pointer, detail: expect.stringMatching(/./) }])
  })

  it.each([
    ['NUL', 'Asha\u0000Rao', 'has U+0000 (NUL) at position 5, which no text may have'],
    ['escape', '\u001b[31mAsha', 'has U+001B (escape) at position 1, which no text may have'],
    [
      'a control of C1',
      'Asha\u0085',
      'has U+0085 (a control character) at position 5, which no text may have',
    ],
    [
      'half a character',
      'Asha \ud83d',
      'has U+D83D (half a character) at position 6, which no text may have',
    ],
  ])('refuses %s in a text, and names it with its field', async (_, name, detail) => {
    const { status, body } = await asked('POST', '/v1/things', {
      payload: JSON.stringify({ ...good, name }),
      type: 'application/json',
    })
    expect([status, body.code, body.errors]).toEqual([422, 'TEXT_REFUSED', [{ pointer: '/name', detail }]])
  })

  it('finds them also in names of fields, in lists, and as deep as a body may go', async () => {
    const deep = `${'['.repeat(60)}"\\u0000"${']'.repeat(60)}`
    for (const payload of ['{"a\\u0000":1}', '{"list":[{"x/y":"\\u0007"}]}', `{"name":${deep}}`]) {
      const { status, body } = await asked('POST', '/v1/things', { payload, type: 'application/json' })
      expect([status, body.code]).toEqual([422, 'TEXT_REFUSED'])
    }
  })

  it('refuses a body that is nested without end', async () => {
    const payload = `{"name":${'['.repeat(50_000)}${']'.repeat(50_000)}}`
    const { status, body } = await asked('POST', '/v1/things', { payload, type: 'application/json' })
    expect([status, body.errors]).toEqual([400, [{ pointer: '/', detail: 'is nested too deeply' }]])
  })

  it('takes line ends and tabs in a text, and one form of what looks the same', async () => {
    const { status, body } = await asked('POST', '/v1/things', {
      payload: { ...good, name: 'Jose\u0301\n\tx' },
    })
    expect([status, body.name]).toEqual([200, 'José\n\tx'])
  })

  it('says which field was meant, where one is written a little differently', async () => {
    const misspelt = await asked('POST', '/v1/things', { payload: { Name: 'a' } })
    expect(misspelt.body.errors).toEqual([
      { pointer: '/Name', detail: 'is not known here; did you mean name?' },
    ])
    const unknown = await asked('POST', '/v1/things', { payload: { ...good, staus: 'booked' } })
    expect(unknown.body.errors).toEqual([
      { pointer: '/staus', detail: 'is not known here; did you mean status?' },
    ])
  })

  it('takes no instant that Date does not read', async () => {
    const { status, body } = await asked('POST', '/v1/things', {
      payload: { ...good, at: '2026-12-31T23:59:60Z' },
    })
    expect([status, body.errors[0].pointer]).toEqual([400, '/at'])
  })

  it('names what cannot be seen round an address and in a name', async () => {
    const mail = await asked('POST', '/v1/things', { payload: { ...good, mail: 'asha@example.test\u200b' } })
    expect(mail.body.errors[0]).toEqual({
      pointer: '/mail',
      detail: expect.stringContaining('U+200B (zero width space)'),
    })
    const spaced = await asked('POST', '/v1/things', {
      payload: { ...good, mail: '\u00a0asha@example.test' },
    })
    expect(spaced.body.errors[0].detail).toContain('U+00A0 (no-break space) at position 1')
    const ward = await asked('POST', '/v1/things', { payload: { ...good, ward: 'Heart\u202e' } })
    expect(ward.body.errors[0].detail).toContain('U+202E (right-to-left override) at position 6')
  })

  it('names the choices', async () => {
    const { body } = await asked('POST', '/v1/things', { payload: { ...good, status: 'eaten' } })
    expect(body.errors[0].detail).toBe('must be one of booked, checked')
  })

  it('does not quote what was sent', async () => {
    const { text } = await asked('POST', '/v1/things', { payload: { ...good, day: 'Ada Rao' } })
    expect(text).not.toContain('Ada')
  })

  it.each([
    '{"name":"a","__proto__":{"admin":true}}',
    '{"name":"a","constructor":{"prototype":{"admin":true}}}',
    '{"name":',
    '',
  ])('refuses the poisoned or broken body %s', async (payload) => {
    const { status, headers } = await asked('POST', '/v1/things', { payload, type: 'application/json' })
    expect(status).toBe(400)
    expect(headers['content-type']).toContain('application/problem+json')
  })

  it('refuses an unknown word in the query by name', async () => {
    const { status, body } = await asked('GET', '/v1/things?$where=1')
    expect([status, body.errors[0].pointer]).toEqual([400, '/query/$where'])
  })

  it('refuses 10 MB', async () => {
    const { status, body } = await asked('POST', '/v1/things', { payload: { name: 'x'.repeat(10_000_000) } })
    expect([status, body.code]).toEqual([413, 'BODY_TOO_LARGE'])
  })

  it.each([
    'text/plain',
    'application/xml',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
  ])('refuses %s', async (type) => {
    const { status, body } = await asked('POST', '/v1/things', { payload: 'name=a', type })
    expect([status, body.code]).toEqual([415, 'NOT_JSON'])
  })

  it.each([
    '/nowhere',
    '/v1/nowhere',
    '/v1/things/../../etc/passwd',
    '/v1/%2e%2e%2fetc',
    '/v1/%zz',
    `/v1/${'x'.repeat(300)}`,
  ])('knows nothing at %s', async (url) => {
    const { status, body } = await asked('GET', url)
    expect([status, body.code]).toEqual([404, 'NOT_FOUND'])
    expect(body.traceId).toMatch(/^[0-9a-f]{32}$/)
  })

  it('says which methods an address has', async () => {
    const { status, headers } = await asked('DELETE', '/v1/things')
    expect([status, headers.allow]).toEqual([405, 'GET, POST'])
  })

  it('slows down who tries out addresses', async () => {
    const app = await opened()
    let last = await app.inject('/v1/guess')
    for (let guess = 0; guess < 130; guess++) last = await app.inject(`/v1/guess-${guess}`)
    expect([last.statusCode, last.json().code]).toEqual([429, 'TOO_MANY_REQUESTS'])
    expect(Number(last.headers['retry-after'])).toBeGreaterThan(0)
  })

  it('says what went wrong on our side only by a trace', async () => {
    const { status, body, text } = await asked('GET', '/v1/broken')
    expect([status, body.code]).toEqual([500, 'INTERNAL'])
    expect(text).not.toContain('Ada')
  })

  it('asks to come back while the database is away', async () => {
    const app = await opened({ isDatabaseAway: () => true })
    const answer = await app.inject({ url: '/v1/broken', headers: bearer })
    expect([answer.statusCode, answer.headers['retry-after'], answer.json().code]).toEqual([
      503,
      '5',
      'DATABASE_UNAVAILABLE',
    ])
  })

  it('goes on with the caller’s trace and answers with it', async () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
    const { body, headers } = await asked('GET', '/v1/nowhere', { headers: { ...bearer, traceparent } })
    expect(body.traceId).toBe('4bf92f3577b34da6a3ce929d0e0e4736')
    expect(headers.traceparent).toContain(body.traceId)
  })

  it('takes JSON with nothing behind it as no body, and no body as one without fields', async () => {
    const app = await opened()
    const headers = { ...bearer, 'content-type': 'application/json' }
    const action = await app.inject({ method: 'POST', url: '/v1/actions', headers, payload: '' })
    const creation = await app.inject({ method: 'POST', url: '/v1/things', headers, payload: '' })
    expect([action.statusCode, creation.statusCode, creation.json().errors[0].pointer]).toEqual([
      200,
      400,
      '/name',
    ])
    const isNull = await app.inject({ method: 'POST', url: '/v1/things', headers, payload: 'null' })
    expect(isNull.json().errors).toEqual([{ pointer: '/', detail: 'must be object' }])
  })

  it.each([
    ['"7"', 304],
    ['W/"7"', 304],
    ['*', 304],
    ['"6", "7"', 304],
    ['"6"', 200],
  ])('does not send again what the caller holds under %s: %i', async (held, status) => {
    const { status: answered, text } = await asked('GET', '/v1/tagged', {
      headers: { ...bearer, 'if-none-match': held },
    })
    expect([answered, text === '']).toEqual([status, status === 304])
  })

  it('says so of a HEAD too', async () => {
    const app = await opened()
    const headers = { ...bearer, 'if-none-match': '*' }
    expect((await app.inject({ method: 'HEAD', url: '/v1/tagged', headers })).statusCode).toBe(304)
  })

  it.each([
    ['is believed of a proxy that is trusted', ['127.0.0.1'], '198.51.100.7'],
    ['is ignored of anybody else', ['10.0.0.0/8'], '127.0.0.1'],
    ['is ignored where no proxy is named', false as const, '127.0.0.1'],
    // The proxy wrote the last entry; what the caller wrote before it is not looked at.
    ['is believed for as many proxies as there are', 1, '198.51.100.7'],
  ])('who calls %s', async (_case, trustProxy, ip) => {
    const app = await frame(world({ trustProxy }))
    app.get('/v1/address', { config: { policy: 'public' } }, async (request) => ({ ip: request.ip }))
    const url = await app.listen({ host: '127.0.0.1', port: 0 })
    try {
      const headers = { 'x-forwarded-for': '203.0.113.66, 198.51.100.7' }
      expect(await (await fetch(`${url}/v1/address`, { headers })).json()).toEqual({ ip })
    } finally {
      await app.close()
    }
  })

  it('tells everyone how many requests are left, and refuses more than that, each by themself', async () => {
    const resolvePrincipal: AuthenticateDeps['resolvePrincipal'] = async ({ hash }) => ({
      ...asha,
      personId: hash,
      via: { kind: 'token', tokenId: hash, scopes: ['people:write'] },
    })
    const app = await opened({ requestsPerMinute: 3, resolvePrincipal })
    const ask = (token: string) =>
      app.inject({ url: '/v1/things', headers: { authorization: `Bearer ${token}` } })
    const [first, , , refused] = [await ask('a'), await ask('a'), await ask('a'), await ask('a')]
    expect(first.headers['ratelimit-policy']).toContain('"requests";q=3;w=60')
    expect(first.headers.ratelimit).toMatch(/"requests";r=2;t=(60|59)/)
    expect([refused?.statusCode, refused?.json().code]).toEqual([429, 'TOO_MANY_REQUESTS'])
    expect(Number(refused?.headers['retry-after'])).toBeGreaterThan(50)
    expect(refused?.headers.ratelimit).toContain('"requests";r=0;')
    expect((await ask('b')).statusCode).toBe(200)
  })

  it('logs the route and never the address that was asked for', async () => {
    const lines: unknown[] = []
    const app = await opened({ log: { ...silent, info: (fields) => lines.push(fields) } })
    await app.inject({ url: '/v1/things?q=Ada', headers: bearer })
    expect(JSON.stringify(lines)).toContain('/v1/things')
    expect(JSON.stringify(lines)).not.toContain('Ada')
  })

  it('lets nothing of other hosts into its pages, and no cache keep its data', async () => {
    const { headers } = await asked('GET', '/v1/things')
    expect(headers['content-security-policy']).toMatch(
      /default-src 'none'.*script-src 'self';.*frame-ancestors 'none'/,
    )
    expect(headers['cache-control']).toBe('no-store')
    expect(headers['x-content-type-options']).toBe('nosniff')
    expect(headers['strict-transport-security']).toBeUndefined()
  })

  it('keeps browsers on TLS once there is TLS', async () => {
    const app = await opened({ publicUrl: 'https://rounds.example.test' })
    expect((await app.inject('/v1/nowhere')).headers['strict-transport-security']).toContain('max-age=')
  })
})

describe('the pages', () => {
  const webPages = { dir: new URL('../auth', import.meta.url).pathname, index: '<!doctype html>the page' }

  it('are one page at every address of the UI', async () => {
    const app = await opened({ webPages })
    for (const url of ['/', '/reports/some-id']) {
      const { statusCode, body } = await app.inject({ url, headers: { accept: 'text/html,*/*' } })
      expect([statusCode, body]).toEqual([200, webPages.index])
    }
  })

  it('do not stand in for what the API does not have', async () => {
    const app = await opened({ webPages })
    const headers = { accept: 'text/html' }
    for (const url of ['/v1/nowhere', '/assets/old.js', '/docs/nothing', '/schemas/none/v1']) {
      expect((await app.inject({ url, headers })).statusCode).toBe(404)
    }
  })

  it('come with their files, and with nothing beside them', async () => {
    const app = await opened({ webPages })
    expect((await app.inject('/password.ts')).statusCode).toBe(200)
    expect((await app.inject('/../app.ts')).statusCode).toBe(404)
    expect((await app.inject('/%2e%2e/app.ts')).statusCode).toBe(404)
  })
})

const good = { name: 'a' }
const bearer = { authorization: 'Bearer rounds_secret' }
const asha: Principal = {
  personId: 'asha',
  role: 'admin',
  language: 'en',
  name: 'Asha',
  via: { kind: 'session', sessionId: 's' },
}

type Setting = Partial<Omit<FrameOptions, 'authenticate'> & Omit<AuthenticateDeps, 'publicOrigin'>>

function world(setting: Setting = {}): FrameOptions {
  const { resolvePrincipal = async () => asha, resolveSystem = async () => undefined, ...options } = setting
  const publicUrl = options.publicUrl ?? 'http://localhost:8080'
  return {
    authenticate: (app) =>
      authenticate(app, { resolvePrincipal, resolveSystem, publicOrigin: new URL(publicUrl).origin }),
    isDatabaseAway: () => false,
    log: silent,
    publicUrl,
    trustProxy: false,
    requestsPerMinute: 100_000,
    ...options,
  }
}

/** A frame around three routes that do nothing much. */
async function opened(setting: Setting = {}) {
  const app = await frame(world(setting))
  const config = { policy: { roles: ['admin'], scope: 'people:write' } } as const
  const closed = { additionalProperties: false }
  const status = Type.Union([Type.Literal('booked'), Type.Literal('checked')])
  const thing = Type.Object(
    {
      name: Type.String(),
      day: Type.Optional(Type.String({ format: 'date' })),
      status: Type.Optional(status),
      at: Type.Optional(instant('When')),
      mail: Type.Optional(Type.String({ format: 'email' })),
      ward: Type.Optional(line({ maxLength: 20 })),
    },
    closed,
  )
  const query = Type.Object({ q: Type.Optional(Type.String()) }, closed)
  app.post('/v1/things', { schema: { body: thing }, config }, async ({ body }) => body)
  app.get('/v1/things', { schema: { querystring: query }, config }, async () => ({}))
  app.post('/v1/actions', { config }, async () => ({}))
  app.get('/v1/tagged', { config }, async (_request, reply) =>
    reply.header('etag', '"7"').send({ name: 'a' }),
  )
  app.get('/v1/broken', { config }, async () => {
    throw new Error('could not find Ada Rao')
  })
  await app.ready()
  return app
}

async function asked(
  method: 'GET' | 'POST' | 'DELETE',
  url: string,
  {
    payload,
    headers = bearer,
    type,
  }: { payload?: unknown; headers?: Record<string, string>; type?: string } = {},
) {
  const app = await opened()
  const answer = await app.inject({
    method,
    url,
    headers: { ...headers, ...(type === undefined ? {} : { 'content-type': type }) },
    ...(payload === undefined ? {} : { payload: payload as object }),
  })
  const isJson = String(answer.headers['content-type']).includes('json')
  return {
    status: answer.statusCode,
    headers: answer.headers,
    body: isJson ? answer.json() : {},
    text: answer.body,
  }
}
