import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { precompress } from './precompress.ts'

describe('a built page', () => {
  let dir = ''
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'precompress-'))
    await mkdir(join(dir, 'assets'))
  })
  afterEach(() => rm(dir, { recursive: true }))

  it('has each of its text files in brotli and gzip too', async () => {
    const script = 'export const greeting = "hello"\n'.repeat(200)
    await writeFile(join(dir, 'assets/index-abc.js'), script)
    await precompress(dir)

    expect(brotliDecompressSync(await readFile(join(dir, 'assets/index-abc.js.br'))).toString()).toBe(script)
    expect(gunzipSync(await readFile(join(dir, 'assets/index-abc.js.gz'))).toString()).toBe(script)
  })

  it('keeps as they are what is small, and what is compressed already', async () => {
    await writeFile(join(dir, 'index.html'), '<!doctype html>')
    await writeFile(join(dir, 'assets/photo.png'), Buffer.alloc(5_000))
    await precompress(dir)

    expect((await readdir(dir, { recursive: true })).sort()).toEqual([
      'assets',
      'assets/photo.png',
      'index.html',
    ])
  })
})
