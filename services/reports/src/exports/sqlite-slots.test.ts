import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silent } from '@rounds/kernel'
import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest'
import { parsedArtifactName } from '../files/artifact-name.ts'
import { sqliteSlots } from './sqlite-slots.ts'

let directory: string
const opened: Array<{ stop(): Promise<void> }> = []
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rounds-slots-'))
})
afterEach(async () => {
  for (const one of opened.splice(0)) await one.stop()
  await rm(directory, { recursive: true })
})

it('gives so many to all together and no more', async () => {
  const [a, b] = [await slots(3), await slots(3)]
  expect(a.take(2)).toBe(2)
  expect(b.take(2)).toBe(1)
  expect([a.take(1), b.take(1)]).toEqual([0, 0])
})

it('gives to one what another gave back, in a moment', async () => {
  const [a, b] = [await slots(2), await slots(2)]
  a.take(2)
  a.giveBack(1)
  await vi.waitFor(() => expect(b.take(2)).toBe(1))
  expect(a.take(1)).toBe(0)
  b.giveBack(1)
  await vi.waitFor(() => expect(a.take(2)).toBe(1))
})

it('gives back to whoever wants it again at once, and counts it once', async () => {
  const [a, b] = [await slots(2), await slots(2)]
  a.take(2)
  a.giveBack(2)
  expect(a.take(1)).toBe(1)
  await vi.waitFor(() => expect(b.take(2)).toBe(1))
  expect(a.take(2)).toBe(0)
})

it('keeps what it wanted again a moment ago, and gives back what nobody wanted', async () => {
  const [a, b] = [await slots(2), await slots(2)]
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  a.take(2)
  a.giveBack(2)
  a.take(1)
  a.giveBack(1)
  vi.advanceTimersByTime(20)
  expect(b.take(2)).toBe(1)
  vi.advanceTimersByTime(20)
  expect(b.take(1)).toBe(1)
})

it('has none while its directory is away, says so once, and has them again in one that comes back empty', async () => {
  const warnings: string[] = []
  const log = { ...silent, warn: (_: object, message: string) => void warnings.push(message) }
  const a = sqliteSlots(directory, 2, { log })
  opened.push(a)
  await a.start()
  await rm(directory, { recursive: true })
  await writeFile(directory, 'no directory')
  expect([a.take(1), a.take(1)]).toEqual([0, 0])
  expect(warnings).toEqual(['no slot can be had here, and goes on trying'])

  await rm(directory)
  await mkdir(directory)
  expect(a.take(1)).toBe(1)
  expect(a.take(2)).toBe(1)
})

it('keeps nothing for whoever stopped', async () => {
  const [a, b] = [await slots(2), await slots(2)]
  a.take(2)
  await a.stop()
  await a.stop()
  expect(b.take(2)).toBe(2)
})

it('lets each process keep to its own number, when they were told different ones', async () => {
  const [few, many] = [await slots(1), await slots(3)]
  expect(many.take(2)).toBe(2)
  expect(few.take(1)).toBe(0)
  expect(many.take(5)).toBe(1)
})

it('counts each machine for itself, and each hospital', async () => {
  const elsewhere = await slots(1, 'another-machine')
  const here = await slots(1)
  const neighbour = await mkdtemp(join(directory, 'neighbour-'))
  const other = await slots(1, undefined, neighbour)
  expect([elsewhere.take(1), here.take(1), other.take(1)]).toEqual([1, 1, 1])
})

it('leaves nothing among the files that the sweep would take for a report', async () => {
  const { take } = await slots(2)
  take(2)
  expect((await readdir(directory)).filter(parsedArtifactName)).toEqual([])
})

async function slots(...[count, machine, where = directory]: [number, string?, string?]) {
  const made = sqliteSlots(where, count, { log: silent, ...(machine ? { machine } : {}) })
  await made.start()
  opened.push(made)
  return made
}
