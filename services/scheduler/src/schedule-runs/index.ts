import { scheduleChanged, schedulerSchedulesConsumer } from '@rounds/contracts'
import { eventually, pollLoop } from '@rounds/kernel'
import { done, hears, subscription } from '@rounds/messaging'
import type { Service, ServiceModule } from '@rounds/service'
import { fireSchedules } from './fire-schedules.ts'
import { mongoFires } from './mongo-fire-store.ts'
import { mongoWork } from './mongo-open-work.ts'
import { mongoSchedules } from './mongo-schedules.ts'

/** Decides each occurrence of each schedule once, and publishes it as a tick. */
export function scheduleRunsModule({ bus, log, make, metrics, now, outbox, store }: Service): ServiceModule {
  const decided = metrics.counterBy(
    'rounds_schedule_runs_total',
    'Occurrences by what became of them',
    'outcome',
  )
  const fires = mongoFires(store, outbox.ring)
  const look = fireSchedules({
    schedules: mongoSchedules(store),
    fires,
    goesOn: mongoWork(store, now),
    make,
    now,
    onDecided({ _id: fire, scheduleId, outcome, lateMs, reason }) {
      decided(outcome)
      const level = outcome === 'fired' ? 'info' : 'warn'
      log[level]({ fire, scheduleId, outcome, lateMs, reason }, 'decided')
    },
    onBroken: ({ _id: scheduleId, version }) =>
      log.error({ scheduleId, version }, 'a schedule cannot be read; it is not fired'),
  })
  const loop = pollLoop('schedules', log, async () => {
    await look()
    return 1_000
  })

  return {
    name: 'schedule runs',
    prepare: fires.prepare,
    outboxes: ['fires'],
    // Looking once a second is what makes it sure; the event makes every replica look at once.
    subscriptions: [
      subscription(
        schedulerSchedulesConsumer,
        8,
        hears(scheduleChanged, async () => {
          loop.ring()
          return done
        }),
      ),
    ],
    components: [loop, eventually('schedules, live', () => bus.follow([scheduleChanged], loop.ring), log)],
  }
}
