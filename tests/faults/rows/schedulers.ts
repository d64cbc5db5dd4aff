import { setTimeout as sleep } from 'node:timers/promises'
import type { Schedule } from '@rounds/contracts/http'
import { freePorts } from '@rounds/local-servers'
import { cannotFakeTime, clockOff } from '../false-clocks.ts'
import { mongoFiresWitness } from '../mongo-fires-witness.ts'
import type { Bar, Row } from '../row.ts'
import { underLoad } from '../under-load.ts'
import type { World } from '../world.ts'

const minuteMs = 60_000
const howMany = 5
/** Longer than the broker knows an id that it has seen. */
const longNapMs = 130_000

export const schedulers: Row = {
  name: 'schedulers',
  injects:
    'three schedulers, one of whose clocks is 90 s ahead and one 90 s behind, fire reports every minute; one after the other is killed (SIGKILL), or frozen (SIGSTOP) for up to half a minute, in the long profile twice for more than two',
  notHere: cannotFakeTime,
  run: (world) =>
    underLoad(world, {
      row: 'schedulers',
      jobs: world.size(40, 400),
      perSecond: 2,
      settledWithinMs: 120_000,
      async inject({ hit }) {
        const [aheadPort, behindPort] = await freePorts(2)
        const others = [
          await world.stack.replica('scheduler', { OPS_PORT: `${aheadPort}`, ...clockOff(90) }),
          await world.stack.replica('scheduler', { OPS_PORT: `${behindPort}`, ...clockOff(-90) }),
        ]
        const replicas = [world.stack.services.scheduler, ...others]
        try {
          const schedules = await Promise.all(
            Array.from({ length: howMany }, (_, index) => scheduled(world, index)),
          )
          const from = Date.now()
          const until = from + world.size(4, 12) * minuteMs
          let longNaps = world.size(0, 2)
          while (Date.now() < until) {
            await sleep(world.between(2_000, 12_000))
            const one = world.chance.pick(replicas)
            hit()
            if (world.chance.oneIn(2)) one.kill('SIGKILL')
            else {
              one.kill('SIGSTOP')
              await sleep(longNaps-- > 0 ? longNapMs : world.between(5_000, 30_000))
              one.kill('SIGCONT')
            }
          }
          // Whoever is behind comes to it as well, and whoever is down comes back.
          await sleep(100_000)
          for (const { scheduleId } of schedules)
            await world.admin.send('POST', `/v1/schedules/${scheduleId}/pause`, {
              reason: 'The row is over',
            })
          await sleep(5_000)
          return { bars: await seen(world, schedules, from, until) }
        } finally {
          for (const one of replicas) one.kill('SIGCONT')
          for (const one of others) await one.stop()
        }
      },
    }),
}

function scheduled({ admin, seed }: World, index: number): Promise<Schedule> {
  return admin.send('POST', '/v1/schedules', {
    name: `Every minute ${index}, seed ${seed}`,
    purpose: 'report',
    parameters: { report: 'appointments', parameters: { period: 'yesterday' } },
    expression: '* * * * *',
    zone: 'UTC',
    catchUp: { policy: 'all', windowMinutes: 60 },
    overlap: 'allow',
  })
}

/** What became of each minute that wholly lies in the row, schedule by schedule. */
async function seen(
  world: World,
  schedules: readonly Schedule[],
  from: number,
  until: number,
): Promise<Bar[]> {
  const witness = await mongoFiresWitness(world.stack.mongo.url)
  try {
    const fires = await witness.fires(schedules.map(({ scheduleId }) => scheduleId))
    const within = fires.filter(({ due }) => due.getTime() > from && due.getTime() <= until)
    const jobs = await witness.jobsOf(within.map(({ _id }) => _id))
    const minutes = Math.floor(until / minuteMs) - Math.floor(from / minuteMs)
    const occurrences = new Set(within.map(({ scheduleId, due }) => `${scheduleId}@${due.getTime()}`))
    const notFired = within.filter(({ outcome }) => outcome !== 'fired' && outcome !== 'late')
    return [
      {
        what: `occurrences missed, of ${minutes * schedules.length}`,
        seen: minutes * schedules.length - occurrences.size + notFired.length,
        atMost: 0,
      },
      { what: 'occurrences fired twice', seen: within.length - occurrences.size, atMost: 0 },
      { what: 'fires without a job', seen: within.filter(({ _id }) => !jobs.has(_id)).length, atMost: 0 },
      {
        what: 'fires with two jobs',
        seen: [...jobs.values()].filter((count) => count > 1).length,
        atMost: 0,
      },
      { what: 'ticks left unsaid', seen: await witness.unsaid(), atMost: 0 },
    ]
  } finally {
    await witness.close()
  }
}
