import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import Fastify from 'fastify'
import { describe, expect, it } from 'vitest'
import { compressJson } from './compress-json.ts'

const list = {
  items: Array.from({ length: 100 }, (_, n) => ({ deliveryId: `delivery-${n}`, state: 'sent' })),
}
const text = JSON.stringify(list)

describe('JSON', () => {
  it.each([
    ['br', 'gzip, deflate, br', brotliDecompressSync],
    ['gzip', 'gzip', gunzipSync],
    ['gzip', 'br;q=0.1, gzip', gunzipSync],
  ] as const)('is sent in %s to whoever accepts %s', async (encoding, accepted, decode) => {
    const { headers, rawPayload } = await asked('/list', { 'accept-encoding': accepted })
    expect(headers['content-encoding']).toBe(encoding)
    expect(Number(headers['content-length'])).toBe(rawPayload.length)
    expect(rawPayload.length).toBeLessThan(text.length / 4)
    expect(decode(rawPayload).toString()).toBe(text)
  })

  it.each([undefined, 'identity', 'br;q=0, gzip;q=0', 'zstd'])(
    'is sent as it is to whoever accepts %s',
    async (accepted) => {
      const { headers, body } = await asked(
        '/list',
        accepted === undefined ? {} : { 'accept-encoding': accepted },
      )
      expect(headers['content-encoding']).toBeUndefined()
      expect(body).toBe(text)
    },
  )

  it('says to caches that it differs by encoding, beside what it differs by already', async () => {
    expect((await asked('/list', {})).headers.vary).toBe('accept-encoding')
    expect((await asked('/by-cookie', {})).headers.vary).toBe('cookie, accept-encoding')
  })

  it.each(['/small', '/secret', '/version', '/events', '/csv'])('is left alone at %s', async (url) => {
    const { headers } = await asked(url, { 'accept-encoding': 'br, gzip' })
    expect(headers['content-encoding']).toBeUndefined()
  })

  it('has the length of the compressed answer for HEAD, and no body', async () => {
    const { headers, body } = await asked('/list', { 'accept-encoding': 'gzip' }, 'HEAD')
    expect(headers['content-encoding']).toBe('gzip')
    expect(body).toBe('')
  })
})

async function asked(url: string, headers: Record<string, string>, method: 'GET' | 'HEAD' = 'GET') {
  const app = Fastify()
  compressJson(app)
  app.get('/list', async () => list)
  app.get('/by-cookie', async (_request, reply) => reply.header('vary', 'cookie').send(list))
  app.get('/small', async () => ({ items: [] }))
  app.get('/secret', { config: { policy: 'public', holdsSecret: true } }, async () => list)
  app.get('/version', async (_request, reply) => reply.header('etag', '"7"').send(list))
  app.get('/events', async (_request, reply) => reply.type('text/event-stream').send(text))
  app.get('/csv', async (_request, reply) => reply.type('text/csv').send(text))
  return app.inject({ url, method, headers })
}
