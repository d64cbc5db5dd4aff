import { busMembers, type ServiceName } from '@rounds/contracts'
import type { TestProject } from 'vitest/node'
import { startMongo } from './mongo.ts'
import { startNats } from './nats.ts'
import type { SharedServers } from './test-servers.ts'

declare module 'vitest' {
  interface ProvidedContext {
    servers: SharedServers
  }
}

/** One nats-server and one mongod for all int tests of a run. */
export default async function setup(project: TestProject) {
  const [nats, mongo] = await Promise.all([startNats(), startMongo()])
  const services = [...Object.keys(busMembers), 'provisioner'] as ServiceName[]
  project.provide('servers', {
    natsUrl: nats.url,
    natsMonitorUrl: nats.monitorUrl,
    natsPasswords: Object.fromEntries(services.map((service) => [service, nats.passwordOf(service)])),
    mongoUrl: mongo.url,
  })
  return async () => {
    await Promise.all([nats.stop(), mongo.stop()])
  }
}
