import { consumers, gatewaySystemConsumer, gatherers, intakeStreamOf, streams } from '@rounds/contracts'
import { every } from '@rounds/kernel'
import { connectTo, provision, refuseLateSync, systemsAtBroker } from '@rounds/messaging'
import { logger, metrics, NotReadyError, opsServer, program, runUntilStopped } from '@rounds/service'
import { loadConfig, mongoPasswords } from './config.ts'
import { grantMongoRights } from './mongo-rights.ts'

await program(async () => {
  const config = loadConfig(process.env)
  const log = logger('provisioner', config.LOG_LEVEL)
  const everyMs = config.PROVISION_EVERY_SECONDS * 1_000

  if (config.MONGO_ADMIN_URL) await grantMongoRights(config.MONGO_ADMIN_URL, mongoPasswords(config))
  const nats = await connectTo({
    url: config.NATS_URL,
    user: 'provisioner',
    password: config.NATS_PASSWORD,
    log,
  })
  await refuseLateSync(config.NATS_MONITOR_URL)

  const numbers = metrics('provisioner')
  const changed = numbers.counter('rounds_provisioned_total', 'Streams and consumers made or changed')
  let wholeAt = 0
  const makeWhole = async () => {
    // An account at the broker is an intake stream; while nobody tells, those that stand are left alone.
    const systems = (await systemsAtBroker(config.NATS_MONITOR_URL)) ?? []
    const topology = {
      streams: [...streams, ...systems.map(intakeStreamOf)],
      consumers: [...consumers, ...systems.map(gatewaySystemConsumer)],
      gatherers,
    }
    for (const change of await provision(nats, topology, config.NATS_REPLICAS)) {
      log.info({ ...change }, 'provisioned')
      changed(1)
    }
    wholeAt = Date.now()
  }

  if (process.argv.includes('--once')) {
    await makeWhole()
    return nats.close()
  }

  const whole = {
    name: 'broker whole',
    check: async () => {
      if (Date.now() - wholeAt > 3 * everyMs) throw new NotReadyError('the broker is not as declared')
    },
  }
  await runUntilStopped(
    [
      { name: 'nats', start: async () => {}, stop: () => nats.close() },
      every('provision', everyMs, makeWhole, log),
      opsServer({ host: config.OPS_HOST, port: config.OPS_PORT, checks: [whole], metrics: numbers }),
    ],
    { log },
  )
})
