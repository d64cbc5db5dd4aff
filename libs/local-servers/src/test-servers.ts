import { randomBytes } from 'node:crypto'
import type { ServiceName } from '@rounds/contracts'

/** What vitest's global set-up hands to the test files: plain data. */
export interface SharedServers {
  readonly natsUrl: string
  readonly natsMonitorUrl: string
  readonly natsPasswords: Readonly<Record<string, string>>
  readonly mongoUrl: string
}

let shared: SharedServers | undefined

/** Called once per test file by the int project's set-up file. */
export function shareTestServers(servers: SharedServers) {
  shared = servers
}

/**
 * The nats-server and the mongod that all int tests of this run share. The MongoDB has no users; whoever kills
 * servers, wants users or an empty broker starts their own with `startNats` and `startMongo`.
 */
export function testServers() {
  const servers = shared
  if (!servers) throw new Error('testServers() works in *.int.test.ts files only')
  return {
    nats: {
      url: servers.natsUrl,
      monitorUrl: servers.natsMonitorUrl,
      passwordOf: (service: ServiceName) => servers.natsPasswords[service] ?? '',
    },
    mongo: { url: servers.mongoUrl },
    /** A URL with a database name nobody else uses. */
    freshDatabase() {
      const url = new URL(servers.mongoUrl)
      url.pathname = `/test-${randomBytes(6).toString('hex')}`
      return url.href
    },
  }
}
