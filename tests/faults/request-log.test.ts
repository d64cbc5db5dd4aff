import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { requestLog } from './request-log.ts'

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'rounds-log-'))
})
afterEach(() => rm(dir, { recursive: true }))

describe('the request log', () => {
  it('holds every entry once, also those that come while others are synced', async () => {
    const file = join(dir, 'log')
    const log = await requestLog(file)
    const entry = (index: number) => ({ key: `k${index}`, jobId: `j${index}`, wish: 'w', at: index })
    const first = log.write(entry(0))
    await Promise.all([first, ...Array.from({ length: 200 }, (_, index) => log.write(entry(index + 1)))])
    await log.write(entry(201))
    await log.close()

    const lines = (await readFile(file, 'utf8')).trimEnd().split('\n')
    expect(lines.map((line) => JSON.parse(line).at)).toEqual(Array.from({ length: 202 }, (_, index) => index))
    expect(log.accepted).toHaveLength(202)
  })
})
