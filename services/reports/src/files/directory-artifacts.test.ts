import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { directoryArtifacts } from './directory-artifacts.ts'

describe('a directory of artifacts', () => {
  it('shows a whole file with its manifest, and knows its hash', async () => {
    const sealed = await write('r.1.csv', ['a,b\r\n', '1,2\r\n'])
    expect(await readdir(directory)).toEqual(['r.1.csv', 'r.1.csv.json'])
    const content = await readFile(join(directory, 'r.1.csv'))
    expect(content.toString()).toBe('a,b\r\n1,2\r\n')
    expect(sealed).toEqual({ file: 'r.1.csv', bytes: 10, sha256: sha256(content) })
    expect(JSON.parse(await readFile(join(directory, 'r.1.csv.json'), 'utf8'))).toEqual({ of: sealed })
  })

  it('compresses to the same bytes each time, and hashes those', async () => {
    const first = await write('r.1.csv.gz', ['a,b\r\n'], { gzip: true })
    const second = await write('r.2.csv.gz', ['a,b\r\n'], { gzip: true })
    const content = await readFile(join(directory, 'r.1.csv.gz'))
    expect(gunzipSync(content).toString()).toBe('a,b\r\n')
    expect(first).toMatchObject({ bytes: content.length, sha256: sha256(content) })
    expect(second.sha256).toBe(first.sha256)
  })

  it.each(['ENOSPC', 'EIO'])('leaves nothing when the bytes end in %s', async (code) => {
    const full = Object.assign(new Error('no'), { code })
    await expect(write('r.1.csv', ['a,b\r\n', full])).rejects.toMatchObject({ code })
    expect(await readdir(directory)).toEqual([])
  })

  it.each([true, false])('leaves nothing when it is told to stop, gzip: %s', async (gzip) => {
    const controller = new AbortController()
    const stop = () => controller.abort(new Error('called off'))
    await expect(
      write('r.1.csv', ['a,b\r\n', stop, '1,2\r\n'], { gzip, signal: controller.signal }),
    ).rejects.toThrow()
    expect(await readdir(directory)).toEqual([])
  })

  it('leaves nothing when it is told to stop while the file is sealed', async () => {
    const controller = new AbortController()
    const manifestOf = () => {
      controller.abort(new Error('called off'))
      return {}
    }
    const writing = write('r.1.csv', ['a,b\r\n'], { signal: controller.signal, manifestOf })
    await expect(writing).rejects.toThrow('called off')
    expect(await readdir(directory)).toEqual([])
  })

  it('has a second file for what is said beside the bytes, and none when nothing is', async () => {
    const said = ['a,no\r\n', '', 'b,no\r\n']
    await write('r.1.csv.gz', ['1', '2'], { gzip: true, errors: () => Buffer.from(said.shift() ?? '') })
    expect(await readdir(directory)).toEqual(['r.1.csv.gz', 'r.1.csv.gz.json', 'r.1.errors.csv'])
    expect(await readFile(join(directory, 'r.1.errors.csv'), 'utf8')).toContain('a,no\r\nb,no\r\n')
    await artifacts().remove('r.1.csv.gz')
    expect(await readdir(directory)).toEqual([])
  })

  it('leaves no such second file when the bytes fail', async () => {
    const errors = () => Buffer.from('a,no\r\n')
    await expect(write('r.1.csv', ['1', new Error('no')], { errors })).rejects.toThrow()
    expect(await readdir(directory)).toEqual([])
  })

  it('makes many files at once safe, each with its own manifest', async () => {
    const shared = artifacts()
    const names = Array.from({ length: 20 }, (_, n) => `r${n}.1.csv`)
    const sealed = await Promise.all(names.map((name) => write(name, [name], {}, shared)))
    expect(sealed.map(({ file }) => file)).toEqual(names)
    expect((await readdir(directory)).sort()).toEqual(names.flatMap((name) => [name, `${name}.json`]).sort())
  })

  it('never touches what another claim is writing under the same name', async () => {
    await writeFile(join(directory, 'r.1.csv.part'), 'theirs')
    await expect(write('r.1.csv', ['ours'])).rejects.toMatchObject({ code: 'EEXIST' })
    expect(await readFile(join(directory, 'r.1.csv.part'), 'utf8')).toBe('theirs')
  })

  it('removes a file with its manifest, and bears that they are gone', async () => {
    await write('r.1.csv', ['a'])
    await artifacts().remove('r.1.csv')
    await artifacts().remove('r.1.csv')
    expect(await readdir(directory)).toEqual([])
  })

  it('lists its own files and no others', async () => {
    await write('r.1.csv', ['a'])
    await writeFile(join(directory, 'notes.txt'), '')
    expect((await artifacts().list()).map(({ name }) => name)).toEqual(['r.1.csv', 'r.1.csv.json'])
    expect(await artifacts().list('another')).toEqual([])
    expect(await artifacts().list('r')).toHaveLength(2)
  })
})

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rounds-artifacts-'))
})
afterEach(() => rm(directory, { recursive: true }))

const artifacts = () => directoryArtifacts(directory)
const sha256 = (content: Uint8Array) => createHash('sha256').update(content).digest('hex')

/** What happens while the bytes come: text is a chunk, an error is thrown, a function is called. */
type Happening = string | Error | (() => void)

function write(
  file: string,
  happenings: readonly Happening[],
  options: Partial<Options> = {},
  store = artifacts(),
) {
  return store.write(file, coming(happenings), {
    gzip: false,
    signal: new AbortController().signal,
    manifestOf: (of) => ({ of }),
    ...options,
  })
}

type Options = Parameters<ReturnType<typeof artifacts>['write']>[2]

async function* coming(happenings: readonly Happening[]) {
  for (const one of happenings) {
    if (one instanceof Error) throw one
    if (typeof one === 'string') yield Buffer.from(one)
    else one()
  }
}
