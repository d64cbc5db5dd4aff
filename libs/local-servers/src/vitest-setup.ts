import type { TestProject } from 'vitest/node'
import { mongoContainer, natsContainer, presentImage } from './docker-servers.ts'
import { startMongo } from './mongo.ts'
import { startNats } from './nats.ts'
import { newPassword } from './secrets.ts'
import { natsPasswordVariable, serverUsers } from './server-users.ts'
import type { SharedServers } from './test-servers.ts'

declare module 'vitest' {
  interface ProvidedContext {
    servers: SharedServers
  }
}

// biome-ignore lint/style/noProcessEnv: vitest's global set-up is the main.ts of a test run
const environment = process.env

/** One nats-server and one mongod for all int tests of a run, and a line that says where they came from. */
export default async function setup(project: TestProject) {
  const [nats, mongo] = await Promise.all([sharedNats(), sharedMongo()])
  project.vitest.logger.log(`int tests use ${nats.way} for NATS, ${mongo.way} for MongoDB`)
  project.provide('servers', {
    natsUrl: nats.url,
    natsMonitorUrl: nats.monitorUrl,
    natsPasswords: nats.passwords,
    mongoUrl: mongo.url,
  })
  return () => Promise.all([nats.stop(), mongo.stop()])
}

async function sharedNats() {
  const { NATS_URL: url, NATS_MONITOR_URL: monitorUrl } = environment
  if (url && monitorUrl) {
    const passwords = passwordsBy((user) => environment[natsPasswordVariable(user)] ?? '')
    return { way: 'the server NATS_URL names', url, monitorUrl, passwords, stop: async () => {} }
  }
  const passwords = passwordsBy(newPassword)
  const image = await presentImage('nats', environment.DOCKER_HOST)
  if (image) return { way: `container ${image}`, passwords, ...(await natsContainer(image, passwords)) }
  const { NATS_SERVER_BINARY: binary } = environment
  const local = await startNats({ passwords, ...(binary ? { binary } : {}) })
  return { way: 'a local nats-server', passwords, ...local }
}

async function sharedMongo() {
  const { MONGO_URL: url, MONGOD_BINARY: binary } = environment
  if (url) return { way: 'the server MONGO_URL names', url, stop: async () => {} }
  const image = await presentImage('mongo', environment.DOCKER_HOST)
  if (image) return { way: `container ${image}`, ...(await mongoContainer(image)) }
  return { way: 'a local mongod', ...(await startMongo(binary ? { binary } : {})) }
}

const passwordsBy = (make: (user: string) => string) =>
  Object.fromEntries(serverUsers.map((user) => [user, make(user)]))
