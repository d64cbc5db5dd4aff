import { setTimeout as sleep } from 'node:timers/promises'
import { opsUrlOf } from '../ops.ts'
import type { Row } from '../row.ts'
import { underLoad } from '../under-load.ts'

const patienceMs = 120_000

export const silentStop: Row = {
  name: 'silent-stop',
  injects:
    'the open connection of reports to NATS goes silent: it stays open and nothing passes any more, in either direction',
  run: (world) =>
    underLoad(world, {
      row: 'silent-stop',
      jobs: world.size(120, 300),
      perSecond: 2,
      settledWithinMs: 120_000,
      async inject({ load, hit }) {
        const { nats } = world.proxies.reports
        const seen: number[] = []
        const healed: number[] = []
        for (let count = 0; count < world.size(1, 3); count += 1) {
          await sleep(world.between(500, 3_000))
          const before = world.stack.told.length
          const connections = nats.counts().connections
          const since = Date.now()
          nats.strike('drop')
          hit()
          const isSeen = async () => {
            const lines = world.stack.told.slice(before)
            return (
              lines.some((line) => /^reports: .*(no events can be fetched|NATS is gone)/.test(line)) ||
              !(await isReady(opsUrlOf(world, 'reports')))
            )
          }
          seen.push(await after(since, isSeen))
          // Healed is what works again: a report asked for after the silence began is done.
          const jobId = await load.one()
          healed.push(
            await after(since, async () => nats.counts().connections > connections && (await isDone(jobId))),
          )
        }
        return {
          bars: [
            { what: 'milliseconds until it was seen, at worst', seen: Math.max(...seen), atMost: 60_000 },
            { what: 'milliseconds until it was healed, at worst', seen: Math.max(...healed), atMost: 90_000 },
          ],
        }

        async function isDone(jobId: string | undefined) {
          const job = await world.admin.get<{ state: string }>(`/v1/jobs/${jobId}`).catch(() => undefined)
          return job?.state === 'done'
        }
      },
    }),
}

async function after(since: number, isSo: () => Promise<boolean>): Promise<number> {
  while (!(await isSo())) {
    if (Date.now() - since > patienceMs) return patienceMs
    await sleep(100)
  }
  return Date.now() - since
}

async function isReady(url: string): Promise<boolean> {
  const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(5_000) }).catch(() => undefined)
  await answer?.body?.cancel()
  return answer?.ok === true
}
