import type { PublishedStream, ServiceName } from '@rounds/contracts'
import { type Component, eventually, type Log } from '@rounds/kernel'
import {
  type BatchConsumer,
  type Bus,
  type Connection,
  connectTo,
  consumerTable,
  deferredBus,
  eventMaker,
  jetstreamBus,
  type MakeEvent,
  type Subscription,
} from '@rounds/messaging'
import {
  type MongoStore,
  mongoStore,
  type OutboxRelay,
  outboxBacklog,
  outboxRelay,
  StreamIncarnation,
  type WithOutbox,
} from '@rounds/mongo'
import type { Environment } from './config.ts'
import { flowLiveness } from './flow-liveness.ts'
import { opsServer } from './health.ts'
import { program, runUntilStopped } from './lifecycle.ts'
import { type LogLevel, logger } from './logger.ts'
import { type Metrics, metrics } from './metrics.ts'

/** The variables that each service has: see `opsVariables`, `natsUrl` and `mongoUrl`. */
export interface ServiceConfig {
  readonly MONGO_URL: string
  readonly NATS_URL: string
  readonly NATS_PASSWORD: string
  readonly OPS_HOST: string
  readonly OPS_PORT: number
  readonly LOG_LEVEL: LogLevel
}

/** What every service has before its modules are built. */
export interface Service<Config extends ServiceConfig = ServiceConfig> {
  readonly config: Config
  readonly log: Log
  readonly now: () => Date
  readonly make: MakeEvent
  readonly store: MongoStore
  /** Usable at once; what needs the broker rejects with `BusAwayError` until it was reached. */
  readonly bus: Bus
  /** For what the bus does not offer. Resolves once the broker was reached. */
  readonly connection: Promise<Connection>
  /** Publishes what the modules' outboxes hold. */
  readonly outbox: Pick<OutboxRelay, 'ring' | 'hand'>
  readonly metrics: Metrics
}

/** One part of a service: what it subscribes to, what it runs, and where its events wait to be published. */
export interface ServiceModule {
  readonly name: string
  /** Makes indexes and the like, once the database was reached and before anything else runs. */
  readonly prepare?: () => Promise<unknown>
  readonly subscriptions?: readonly Subscription[]
  readonly collectors?: readonly BatchConsumer[]
  /** Collections whose documents have an outbox. */
  readonly outboxes?: readonly string[]
  /** Started in order, stopped in reverse. */
  readonly components?: readonly Component[]
  /** When work in hand last moved, in milliseconds of `Date.now()`: a long export is not a standstill. */
  readonly progressAt?: () => number
}

export interface RunServiceOptions<Config extends ServiceConfig> {
  readonly name: Exclude<ServiceName, 'provisioner'>
  readonly loadConfig: (environment: Environment) => Config
  readonly environment: Environment
  /** Where this service's events go. */
  readonly stream?: PublishedStream
}

/**
 * Runs a service until it is told to stop: configuration, log, database, broker, outbox relay, metrics and health server are
 * the same in each; `build` makes its modules. An operator's mistake ends the process with one sentence.
 *
 * The order of starting is: database, preparations, bus, outbox relay, the modules' components in order, subscriptions, health
 * server. It stops in reverse, so what a component writes while it stops is still published.
 */
export async function runService<Config extends ServiceConfig>(
  { name, loadConfig, environment, stream = 'EVENTS' }: RunServiceOptions<Config>,
  build: (service: Service<Config>) => readonly ServiceModule[] | Promise<readonly ServiceModule[]>,
): Promise<void> {
  await program(async () => {
    const config = loadConfig(environment)
    const log = logger(name, config.LOG_LEVEL)
    const store = mongoStore(config.MONGO_URL, { appName: name })
    const numbers = metrics(name)
    const connection = connectTo({ url: config.NATS_URL, user: name, password: config.NATS_PASSWORD, log })
    const bus = deferredBus(
      connection.then((there) =>
        jetstreamBus(there, { log, ready: store.ping, onHandled: numbers.eventHandled }),
      ),
    )
    let relay: OutboxRelay | undefined
    const modules = await build({
      config,
      log,
      now: () => new Date(),
      make: eventMaker(name),
      store,
      bus,
      connection,
      outbox: {
        ring: () => relay?.ring(),
        hand: (collection, document) => relay?.hand(collection, document),
      },
      metrics: numbers,
    })

    const collections = modules
      .flatMap(({ outboxes = [] }) => outboxes)
      .map((collection) => store.collection<WithOutbox>(collection))
    const incarnation = new StreamIncarnation({ stream, service: name, bus, store })
    relay = outboxRelay({ name: 'outbox', collections, bus, incarnation, log })
    numbers.outboxUnsent(outboxBacklog(collections))
    numbers.consumersPending(bus.flows)

    const subscriptions = modules.flatMap(({ subscriptions = [] }) => subscriptions)
    const collectors = modules.flatMap(({ collectors = [] }) => collectors)
    for (const { gatherer } of collectors)
      log.info({ durable: gatherer.durable, stream: gatherer.stream }, 'collecting')
    for (const line of consumerTable(subscriptions)) log.info({ ...line }, 'subscribed')
    const progressAt = () => Math.max(0, ...modules.map((module) => module.progressAt?.() ?? 0))

    await runUntilStopped(
      [
        store,
        {
          name: 'preparations',
          start: async () => void (await Promise.all(modules.map((module) => module.prepare?.()))),
          stop: async () => {},
        },
        bus,
        relay,
        ...modules.flatMap(({ components = [] }) => components),
        eventually(
          'subscriptions',
          async () => void (await Promise.all(subscriptions.map(bus.subscribe))),
          log,
        ),
        eventually('collectors', async () => void (await Promise.all(collectors.map(bus.gather))), log),
        opsServer({
          host: config.OPS_HOST,
          port: config.OPS_PORT,
          checks: [{ name: 'mongodb', check: store.ping }],
          vital: [flowLiveness({ flows: bus.flows, progressAt })],
          metrics: numbers,
        }),
      ],
      { log },
    )
  })
}
