import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib'
import Fastify, { type FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readWebPages, serveWebPages } from './static-files.ts'
import { traceRequests } from './trace-context.ts'

const script = 'export const greeting = "hello"\n'.repeat(100)
const path = '/assets/index-abc123.js'

describe('the files of the page', () => {
  let dir = ''
  let app: FastifyInstance
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'pages-'))
    await mkdir(join(dir, 'assets'))
    await writeFile(join(dir, 'index.html'), '<!doctype html>')
    await writeFile(join(dir, path), script)
    await writeFile(join(dir, `${path}.br`), brotliCompressSync(script))
    await writeFile(join(dir, `${path}.gz`), gzipSync(script))
    await writeFile(join(dir, 'assets/plain.js'), script)
    app = Fastify()
    traceRequests(app)
    await serveWebPages(app, await readWebPages(dir))
  })
  afterAll(async () => {
    await app.close()
    await rm(dir, { recursive: true })
  })
  const asked = (headers: Record<string, string>, url = path) => app.inject({ url, headers })

  it('come as the build compressed them, in brotli before gzip', async () => {
    const br = await asked({ 'accept-encoding': 'gzip, deflate, br' })
    expect(br.headers).toMatchObject({ 'content-encoding': 'br', vary: 'accept-encoding' })
    expect(br.headers['content-type']).toMatch(/javascript/)
    expect(brotliDecompressSync(br.rawPayload).toString()).toBe(script)

    const gz = await asked({ 'accept-encoding': 'gzip' })
    expect(gz.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'accept-encoding' })
    expect(gunzipSync(gz.rawPayload).toString()).toBe(script)
  })

  it('come as they are to whoever takes neither, and where the build made nothing smaller', async () => {
    for (const { headers, body } of [
      await asked({}),
      await asked({ 'accept-encoding': 'br;q=0' }),
      await asked({ 'accept-encoding': 'br, gzip' }, '/assets/plain.js'),
    ]) {
      expect(headers['content-encoding']).toBeUndefined()
      expect(headers.vary).toBe('accept-encoding')
      expect(body).toBe(script)
    }
  })

  it('are kept for ever under a name with a hash, and the page itself is asked for each time', async () => {
    const { headers } = await asked({ 'accept-encoding': 'br' })
    expect(headers['cache-control']).toBe('public, max-age=31536000, immutable')
    expect((await asked({}, '/index.html')).headers['cache-control']).toBe('no-cache')
    expect((await asked({ accept: 'text/html' }, '/reports')).headers['cache-control']).toBe('no-cache')
  })

  it('have another ETag in each encoding, and are not sent again to whoever has that one', async () => {
    const tags = await Promise.all(
      ['br', 'gzip', 'identity'].map(async (encoding) =>
        String((await asked({ 'accept-encoding': encoding })).headers.etag),
      ),
    )
    expect(new Set(tags).size).toBe(3)
    const again = (encoding: string, tag = '') => asked({ 'accept-encoding': encoding, 'if-none-match': tag })
    expect((await again('br', tags[0])).statusCode).toBe(304)
    expect((await again('gzip', tags[0])).statusCode).toBe(200)
  })

  it('are given in ranges of the file itself, whatever encoding is accepted', async () => {
    const { statusCode, headers, body } = await asked({ 'accept-encoding': 'br', range: 'bytes=10-19' })
    expect(statusCode).toBe(206)
    expect(headers['content-encoding']).toBeUndefined()
    expect(headers['content-range']).toBe(`bytes 10-19/${script.length}`)
    expect(body).toBe(script.slice(10, 20))

    const { etag } = (await asked({})).headers
    expect((await asked({ range: 'bytes=10-19', 'if-range': String(etag) })).statusCode).toBe(200)
  })

  it('have no second address for what is compressed', async () => {
    expect((await asked({}, `${path}.br`)).statusCode).toBe(404)
    expect((await asked({}, `${path}.gz`)).statusCode).toBe(404)
  })
})
