import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { testServers } from '@rounds/local-servers'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { appointmentsFrom, type ExportWorld, openExportWorld, sha256 } from '../../test/mongo-export-world.ts'

const child = fileURLToPath(new URL('../../test/export-child.ts', import.meta.url))

let url: string
let world: ExportWorld
beforeEach(async () => {
  url = testServers().freshDatabase()
  world = await openExportWorld(url)
  await world.appointments().insertMany(appointmentsFrom(0, 8_000))
})
afterEach(() => world.close())

/** What the directory looks like at the moment of the kill. */
const moments: ReadonlyArray<readonly [string, (sizeOf: ReadonlyMap<string, number>) => boolean]> = [
  ['when the file was begun', (sizeOf) => sizeOf.has('r1.1.csv.part')],
  ['early in the file', (sizeOf) => (sizeOf.get('r1.1.csv.part') ?? 0) > 200_000],
  ['late in the file', (sizeOf) => (sizeOf.get('r1.1.csv.part') ?? 0) > 1_000_000],
  ['when the manifest is written', (sizeOf) => [...sizeOf.keys()].some((name) => name.includes('.json'))],
  ['when the file has its name', (sizeOf) => sizeOf.has('r1.1.csv')],
]

it.each(moments)(
  'a worker killed %s leaves nothing to be seen, and another finishes',
  async (_, isTheMoment) => {
    const data = await world.request()
    await killedAt(isTheMoment)
    const visible = (await world.files()).filter((name) => name.endsWith('.csv'))
    const seen = await Promise.all(visible.map(async (name) => (await world.content(name)).toString()))

    await world.leaseOver()
    await world.work()
    const { file, sha256: hash, rows } = await world.done()

    const content = await world.content(file)
    const { text } = await world.oracle(data)
    expect(rows).toBe(8_000)
    expect(content.toString()).toBe(text)
    expect(sha256(content)).toBe(hash)
    expect(await world.files()).toEqual([file, `${file}.json`])
    expect(seen.every((one) => one === text)).toBe(true)
  },
)

async function killedAt(isTheMoment: (sizeOf: ReadonlyMap<string, number>) => boolean) {
  const worker = spawn(process.execPath, [child, url, world.directory], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  try {
    while (!isTheMoment(sizes())) {
      if (worker.exitCode !== null) throw new Error('the worker ended by itself')
      await sleep(2)
    }
  } finally {
    worker.kill('SIGKILL')
    if (worker.exitCode === null && worker.signalCode === null) await once(worker, 'exit')
  }
}

function sizes(): ReadonlyMap<string, number> {
  const names = readdirSync(world.directory)
  return new Map(names.map((name) => [name, sizeOf(name)]))
}

function sizeOf(name: string): number {
  return statSync(join(world.directory, name), { throwIfNoEntry: false })?.size ?? 0
}
