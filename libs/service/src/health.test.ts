import { afterEach, describe, expect, it } from 'vitest'
import { type Check, NotReadyError, type OpsServer, opsServer } from './health.ts'
import { metrics } from './metrics.ts'

describe('the ops server', () => {
  let server: OpsServer | undefined
  afterEach(() => server?.stop())

  async function open(checks: Check[] = [], vital: Check[] = []) {
    server = opsServer({ port: 0, checks, vital, metrics: metrics('reports'), checkWithinMs: 20 })
    await server.start()
    const url = server.url()
    return (path: string) => fetch(`${url}${path}`)
  }

  it('listens on the loopback interface only, unless told otherwise', async () => {
    await open()
    expect(server?.url()).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
  })

  it('is alive while the process turns, whatever else fails', async () => {
    const ask = await open([{ name: 'mongo', check: () => Promise.reject(new Error('away')) }])
    expect((await ask('/healthz')).status).toBe(200)
  })

  it('is to be started again only when something vital fails, and is not ready then either', async () => {
    const away = { name: 'mongo', check: () => Promise.reject(new Error('away')) }
    const flow = { name: 'flow', check: async () => {} }
    const stuck = { name: 'flow', check: () => Promise.reject(new NotReadyError('nothing moves')) }

    expect((await (await open([away], [flow]))('/livez')).status).toBe(200)
    await server?.stop()
    const ask = await open([], [stuck])
    const answer = await ask('/livez')
    expect(answer.status).toBe(503)
    expect(await answer.json()).toEqual({
      ok: false,
      checks: [{ name: 'flow', ok: false, reason: 'nothing moves' }],
    })
    expect((await ask('/readyz')).status).toBe(503)
    expect((await ask('/healthz')).status).toBe(200)
  })

  it('is ready when every check is', async () => {
    const ask = await open([{ name: 'mongo', check: async () => {} }])
    const answer = await ask('/readyz')
    expect(answer.status).toBe(200)
    expect(await answer.json()).toEqual({ ok: true, checks: [{ name: 'mongo', ok: true }] })
  })

  it('is not ready when one check fails, and says which and why without quoting', async () => {
    const ask = await open([
      { name: 'mongo', check: () => Promise.reject(Object.assign(new Error('Ada Rao'), { code: 'E1' })) },
      { name: 'flow', check: () => Promise.reject(new NotReadyError('nothing moves')) },
      { name: 'disk', check: async () => {} },
    ])
    const answer = await ask('/readyz')
    expect(answer.status).toBe(503)
    expect(await answer.json()).toEqual({
      ok: false,
      checks: [
        { name: 'mongo', ok: false, reason: 'Error E1' },
        { name: 'flow', ok: false, reason: 'nothing moves' },
        { name: 'disk', ok: true },
      ],
    })
  })

  it('does not wait for a check that hangs', async () => {
    const ask = await open([{ name: 'nats', check: () => new Promise(() => {}) }])
    const { checks } = (await (await ask('/readyz')).json()) as { checks: unknown }
    expect(checks).toEqual([{ name: 'nats', ok: false, reason: 'no answer within 20 ms' }])
  })

  it('takes a check that throws at once for one that fails', async () => {
    const ask = await open([
      {
        name: 'odd',
        check: () => {
          throw new NotReadyError('at once')
        },
      },
    ])
    expect((await ask('/readyz')).status).toBe(503)
  })

  it('offers metrics in the form Prometheus reads', async () => {
    const ask = await open()
    const answer = await ask('/metrics')
    expect(answer.headers.get('content-type')).toContain('text/plain')
    expect(await answer.text()).toContain('process_cpu_seconds_total')
  })

  it('knows nothing else', async () => {
    const ask = await open()
    expect((await ask('/../etc/passwd')).status).toBe(404)
  })

  it('refuses to start on a taken port', async () => {
    await open()
    const port = Number(new URL(server?.url() ?? '').port)
    await expect(opsServer({ port, checks: [] }).start()).rejects.toMatchObject({ name: 'OperatorError' })
  })

  it('stops twice and without a start', async () => {
    await opsServer({ port: 0, checks: [] }).stop()
    await open()
    await server?.stop()
    await server?.stop()
  })
})
