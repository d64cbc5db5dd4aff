import { readdir, readFile } from 'node:fs/promises'
import { testServers } from '@rounds/local-servers'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { appointmentsFrom, type ExportWorld, openExportWorld } from '../../test/mongo-export-world.ts'

let world: ExportWorld
/** Those that ran before: other tests may share the process. */
let before: ReadonlySet<string>
beforeEach(async () => {
  before = new Set(process.platform === 'linux' ? await threads() : [])
  world = await openExportWorld(testServers().freshDatabase())
  await world.appointments().insertMany(appointmentsFrom(0, 4_000))
})
afterEach(() => world.close())

it('while a report is written, the thread that encodes makes way for all the others of its process', async ({
  skip,
}) => {
  skip(process.platform !== 'linux', 'only Linux gives a thread a priority of its own')
  let during: readonly number[] = []
  await world.request()
  await world.work({
    readRows: async (query, signal) => {
      const snapshot = await world.reader.read(query, signal)
      return {
        ...snapshot,
        async *batches() {
          for await (const batch of snapshot.batches()) {
            yield batch
            during = await nices((await threads()).filter((thread) => !before.has(thread)))
          }
        },
      }
    },
  })
  await world.done()

  const [ours = 0] = await nices([String(process.pid)])
  expect(during).toContain(Math.min(19, ours + 10))
})

const threads = () => readdir('/proc/self/task')

/** The 19th field (proc_pid_stat(5)), counted from behind the name, which may hold anything. One that has ended has none. */
async function nices(ids: readonly string[]): Promise<number[]> {
  const stats = await Promise.all(
    ids.map((id) => readFile(`/proc/self/task/${id}/stat`, 'utf8').catch(() => undefined)),
  )
  return stats.flatMap((stat) =>
    stat === undefined ? [] : Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16]),
  )
}
