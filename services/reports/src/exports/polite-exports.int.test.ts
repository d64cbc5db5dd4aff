import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { testServers } from '@rounds/local-servers'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { appointmentsFrom, type ExportWorld, openExportWorld } from '../../test/mongo-export-world.ts'

const child = fileURLToPath(new URL('../../test/export-child.ts', import.meta.url))

let url: string
let world: ExportWorld
const children: ChildProcess[] = []
beforeEach(async () => {
  url = testServers().freshDatabase()
  world = await openExportWorld(url)
  await world.appointments().insertMany(appointmentsFrom(0, 4_000))
})
afterEach(async () => {
  for (const one of children.splice(0)) await killed(one)
  await world.close()
})

it('two processes of one machine never write more at once than the machine may, and write everything', async () => {
  await Promise.all([worker({ slots: 3 }), worker({ slots: 3 })])
  const keys = Array.from({ length: 24 }, (_, index) => `r${index}`)
  for (const reportId of keys) await world.request({ reportId })
  for (const key of keys) await world.done(key)
  expect(await mostAtOnce()).toBe(3)
})

it('the slot of a process that was killed is free again, and another goes on with its work', async () => {
  await world.request()
  const first = await worker({ slots: 1 })
  await vi.waitFor(async () => expect(await world.state()).toBe('claimed'), { timeout: 30_000, interval: 2 })
  await killed(first)
  await world.leaseOver()
  await worker({ slots: 1 })
  const { rows } = await world.done()
  expect(rows).toBe(4_000)
})

/** May have two in hand, but for the slots. Resolves once it looks for work. */
async function worker({ slots }: { slots: number }): Promise<ChildProcess> {
  const one = spawn(process.execPath, [child, url, world.directory, String(slots)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.push(one)
  await once(one.stdout, 'data')
  return one
}

async function killed(one: ChildProcess) {
  one.kill('SIGKILL')
  if (one.exitCode === null && one.signalCode === null) await once(one, 'exit')
}

/** How much was in hand at once, by the database's own clock. */
async function mostAtOnce(): Promise<number> {
  const all = await world.store
    .collection<{ _id: string; history: { at: Date; move: string }[] }>('exports')
    .find()
    .toArray()
  const steps = all
    .flatMap(({ history }) => history)
    .filter(({ move }) => move === 'claim' || move === 'done')
    .map(({ at, move }) => ({ at: at.getTime(), by: move === 'claim' ? 1 : -1 }))
    // What ended in the same millisecond was over first: its slot is what the other one got.
    .toSorted((a, b) => a.at - b.at || a.by - b.by)
  let now = 0
  return Math.max(...steps.map(({ by }) => (now += by)))
}
