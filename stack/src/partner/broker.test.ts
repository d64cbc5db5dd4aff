import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { natsFilesIn } from '@rounds/local-servers'
import type { Partner } from '@rounds/messaging'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { localBroker } from './broker.ts'
import { underLock } from './sqlite-lock.ts'

let dataDir: string
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'rounds-broker-'))
  await mkdir(join(dataDir, 'nats'))
})
afterAll(() => rm(dataDir, { recursive: true, force: true }))

it('two who let systems in at the same moment both find theirs at the broker', async () => {
  const known: Partner[] = [aPartner('lis')]
  const read: number[] = []
  const broker = localBroker(dataDir, 'http://127.0.0.1:1', async () => {})
  const { promise: asked, resolve: ask } = Promise.withResolvers<void>()
  const { promise: answered, resolve: answer } = Promise.withResolvers<void>()

  const slow = broker.letCome(async () => {
    const seen = [...known]
    ask()
    await answered
    return seen
  })
  await asked
  known.push(aPartner('pacs'))
  const quick = broker.letCome(async () => {
    read.push(known.length)
    return known
  })
  // The quick one would be through with it by now, and the slow one would write over it.
  await Promise.race([quick, aWhile(50)])
  answer()
  await Promise.all([slow, quick])

  const conf = await readFile(natsFilesIn(join(dataDir, 'nats')).partners, 'utf8')
  for (const system of ['lis', 'pacs']) expect(conf).toContain(`ext.${system}.events.>`)
  expect(read).toEqual([2])
})

it('whoever fails lets the next one in, and who waits too long is told', async () => {
  const file = join(dataDir, 'lock')
  await expect(underLock(file, () => Promise.reject(new Error('disk full')))).rejects.toThrow('disk full')

  const inside = underLock(file, () => underLock(file, async () => 'never', 10))
  await expect(inside).rejects.toThrow(/Somebody else/)
  expect(await underLock(file, async () => 'next')).toBe('next')
})

const aPartner = (id: string): Partner => ({
  id,
  natsKey: `U${id.toUpperCase().padEnd(55, 'A')}`,
  types: ['appointment.checked'],
})

/** Long enough for a few files to be written. */
async function aWhile(turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await readFile(import.meta.filename)
}
