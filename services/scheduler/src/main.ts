import { schedulerHearsSchedules } from '@rounds/contracts'
import { mongoStore } from '@rounds/ledger'
import { connectTo, done, hearingTable, hears, jetstreamBus, lateBus, subscription } from '@rounds/messaging'
import {
  eventually,
  flowLiveness,
  logger,
  metrics,
  opsServer,
  program,
  runUntilStopped,
} from '@rounds/service-kit'
import { loadConfig } from './config.ts'

await program(async () => {
  const config = loadConfig(process.env)
  const log = logger('scheduler', config.LOG_LEVEL)
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
  numbers.consumersPending(bus.flows)
  const subscriptions = [schedulerHearsSchedules].map((consumer) =>
    subscription(consumer, 32, ...consumer.hears.map((contract) => hears(contract, async () => done))),
  )
  for (const line of hearingTable(subscriptions)) log.info({ ...line }, 'hears')

  await runUntilStopped(
    [
      store,
      bus,
      eventually('events', async () => void (await Promise.all(subscriptions.map(bus.subscribe))), log),
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
