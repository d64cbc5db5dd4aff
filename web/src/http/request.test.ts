import { afterEach, describe, expect, it, vi } from 'vitest'
import { isPassing, RefusedError, UnreachableError } from './problem.ts'
import { request, withQuery } from './request.ts'

function answering(answer: () => Response | Promise<Response>) {
  const asked = vi.fn<typeof fetch>(async () => answer())
  vi.stubGlobal('fetch', asked)
  return asked
}
afterEach(() => vi.unstubAllGlobals())

describe('asking the gateway', () => {
  it('gives a refusal with its problem and how long to wait', async () => {
    const problem = { type: 'about:blank', title: 'Too many tries', status: 429, code: 'SLOW_DOWN' }
    answering(() => Response.json(problem, { status: 429, headers: { 'retry-after': '17' } }))

    const error = await request('/v1/session').catch((error: unknown) => error)

    expect(error).toBeInstanceOf(RefusedError)
    expect(error).toMatchObject({ problem, retryAfterSeconds: 17 })
  })

  it.each([
    ['a network that is away', () => Promise.reject(new TypeError('fetch failed'))],
    ['a proxy that answers in HTML', () => new Response('<h1>Bad gateway</h1>', { status: 502 })],
    ['an answer cut off in the middle', () => new Response('{"items": [')],
  ])('knows %s as nobody answering, which passes', async (_case, answer) => {
    answering(answer)

    const error = await request('/v1/jobs').catch((error: unknown) => error)

    expect(error).toBeInstanceOf(UnreachableError)
    expect(isPassing(error)).toBe(true)
  })

  it('prolongs the session only where a person was active', async () => {
    const asked = answering(() => Response.json({}))
    await request('/v1/patients/search', { method: 'POST', body: {} })
    await request('/v1/session/activity', { method: 'POST', isActivity: true })

    const marks = asked.mock.calls.map(([, init]) => new Headers(init?.headers).get('rounds-activity'))
    expect(marks).toEqual(['background', null])
  })

  it('answers nothing with nothing', async () => {
    answering(() => new Response(null, { status: 204 }))

    await expect(request('/v1/session', { method: 'DELETE' })).resolves.toBeUndefined()
  })

  it('leaves out of a query what is not there, and escapes what is', () => {
    expect(withQuery('/v1/patients', { q: 'रा & co', cursor: undefined })).toBe(
      '/v1/patients?q=%E0%A4%B0%E0%A4%BE+%26+co',
    )
    expect(withQuery('/v1/jobs', { q: undefined })).toBe('/v1/jobs')
  })
})
