import { scheduleChanged, schedulerHearsSchedules } from '@rounds/contracts'
import { eventually, pollLoop } from '@rounds/kernel'
import {
  connectTo,
  done,
  eventMaker,
  hearingTable,
  hears,
  jetstreamBus,
  lateBus,
  subscription,
} from '@rounds/messaging'
import { mongoStore, outboxBacklog, outboxRelay, StreamIncarnation, type WithOutbox } from '@rounds/mongo'
import { flowLiveness, logger, metrics, opsServer, program, runUntilStopped } from '@rounds/service'
import { loadConfig } from './config.ts'
import { fireSchedules } from './fire-schedules/fire-schedules.ts'
import { mongoFires } from './mongo-fires.ts'
import { mongoSchedules } from './mongo-schedules.ts'
import { mongoWork } from './mongo-work.ts'

await program(async () => {
  const config = loadConfig(process.env)
  const log = logger('scheduler', config.LOG_LEVEL)
  const now = () => new Date()

  const store = mongoStore(config.MONGO_URL, { appName: 'scheduler' })
  const numbers = metrics('scheduler')
  const connecting = connectTo({
    url: config.NATS_URL,
    user: 'scheduler',
    password: config.NATS_PASSWORD,
    log,
  })
  const { eventHandled: onHandled } = numbers
  const bus = lateBus(
    connecting.then((connection) => jetstreamBus(connection, { log, ready: store.ping, onHandled })),
  )
  const speaking = [store.collection<WithOutbox>('fires')]
  const incarnation = new StreamIncarnation({ stream: 'TICKS', service: 'scheduler', bus, store })
  const outbox = outboxRelay({ name: 'outbox', collections: speaking, bus, incarnation, log })
  numbers.outboxUnsent(outboxBacklog(speaking))
  numbers.consumersPending(bus.flows)
  const decided = numbers.counterBy('rounds_fires_total', 'Occurrences by what became of them', 'outcome')

  const fires = mongoFires(store, outbox.ring)
  const look = fireSchedules({
    schedules: mongoSchedules(store),
    fires,
    goesOn: mongoWork(store, now),
    make: eventMaker('scheduler'),
    now,
    onDecided({ _id: fire, scheduleId, outcome, lateMs, reason }) {
      decided(outcome)
      const level = outcome === 'fired' ? 'info' : 'warn'
      log[level]({ fire, scheduleId, outcome, lateMs, reason }, 'decided')
    },
    onBroken: ({ _id: scheduleId, version }) =>
      log.error({ scheduleId, version }, 'a schedule cannot be read; it is not fired'),
  })
  const clockwork = pollLoop('schedules', log, async () => {
    await look()
    return 1_000
  })

  // Looking once a second is what makes it sure; being told makes every replica look at once.
  const told = subscription(
    schedulerHearsSchedules,
    8,
    hears(scheduleChanged, async () => {
      clockwork.ring()
      return done
    }),
  )
  for (const line of hearingTable([told])) log.info({ ...line }, 'hears')

  await runUntilStopped(
    [
      store,
      { name: 'indexes', start: fires.prepare, stop: async () => {} },
      bus,
      // Stopped after the schedules: what is decided last is still said.
      outbox,
      clockwork,
      eventually('events', () => bus.subscribe(told), log),
      eventually('schedules, live', () => bus.follow([scheduleChanged], clockwork.ring), log),
      opsServer({
        host: config.OPS_HOST,
        port: config.OPS_PORT,
        checks: [{ name: 'mongodb', check: store.ping }],
        vital: [flowLiveness({ flows: bus.flows })],
        metrics: numbers,
      }),
    ],
    { log },
  )
})
