import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { secretsIn } from './secrets.ts'

describe('passwords beside the data', () => {
  let dir: string
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'rounds-secrets-'))
  })
  afterEach(() => rm(dir, { recursive: true }))

  it('are the same at the second start, and new for a new name', async () => {
    const first = await secretsIn(dir, ['gateway'])
    const second = await secretsIn(dir, ['gateway', 'reports'])
    expect(second.gateway).toBe(first.gateway)
    expect(second.reports).toMatch(/^p[0-9a-f]{36}$/)
  })

  it('give way to the ones that are given', async () => {
    await secretsIn(dir, ['gateway'])
    expect(await secretsIn(dir, ['gateway'], { gateway: 'pGiven' })).toEqual({ gateway: 'pGiven' })
  })

  it('are for their owner only', async () => {
    await secretsIn(dir, ['gateway'])
    expect((await stat(join(dir, 'secrets.json'))).mode & 0o777).toBe(0o600)
  })
})
