import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect, errors, type NatsConnection } from '@nats-io/transport-node'
import { type Log, nameOfError, OperatorError } from '@rounds/kernel'

/** A connection to the broker; what can be done with it stands in `bus.ts` and `provision.ts`. */
export type Connection = NatsConnection

export interface ConnectionOptions {
  /** `nats://host:port` or `tls://host:port`; several of one cluster, separated by commas. */
  readonly url: string
  readonly user: string
  readonly password: string
  readonly log: Log
  /** How often the broker is asked whether it still is there. */
  readonly pingEveryMs?: number
}

/** The oldest server that keeps what this library promises. */
const oldestServer = { major: 2, minor: 14 }

/**
 * Connects, waiting for a broker that is not there yet, and stays connected: it reconnects for ever.
 *
 * What waiting cannot mend ends in an `OperatorError`: an address that is none, a wrong password, a server older than
 * 2.14 (2.9 ignores `term` with a reason and delivers a rejected event again).
 */
export async function connectTo(options: ConnectionOptions): Promise<Connection> {
  const { url, user, password, log, pingEveryMs = 10_000 } = options
  const servers = addresses(url)
  for (let waiting = false; ; waiting = true) {
    try {
      const connection = await connect({
        servers,
        user,
        pass: password,
        name: user,
        // Everyone in the account could read replies under the usual prefix.
        inboxPrefix: `_INBOX_${user}`,
        maxReconnectAttempts: -1,
        reconnectTimeWait: 1_000,
        // A password that is changed at the broker first must not end a running service.
        ignoreAuthErrorAbort: true,
        // A broker that was cut off without a word counts as gone after three intervals.
        pingInterval: pingEveryMs,
        maxPingOut: 2,
        timeout: 5_000,
        noAsyncTraces: true,
      })
      await refuseOldServer(connection)
      void report(connection, log)
      return connection
    } catch (error) {
      if (error instanceof OperatorError) throw error
      if (error instanceof errors.AuthorizationError) {
        throw new OperatorError(`NATS refuses the user ${user}: check NATS_PASSWORD.`, { cause: error })
      }
      if (!waiting) log.warn({ reason: nameOfError(error) }, 'NATS does not answer; waiting for it')
      await sleep(1_000)
    }
  }
}

/** Refuses a server that is too old, by what it says of itself. */
async function refuseOldServer(connection: Connection): Promise<void> {
  const version = connection.info?.version ?? 'unknown'
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major > oldestServer.major || (major === oldestServer.major && minor >= oldestServer.minor)) return
  await connection.close()
  throw new OperatorError(
    `The NATS server is version ${printableVersion(version)}; Rounds needs 2.14 or newer.`,
  )
}

const printableVersion = (version: string) => version.replace(/[^\w.-]/g, '').slice(0, 20)

// The address may hold a password, so it is never repeated.
function addresses(url: string): string[] {
  return url.split(',').map((address) => {
    const parsed = URL.parse(address.trim())
    if (!parsed?.hostname || !['nats:', 'tls:'].includes(parsed.protocol)) {
      throw new OperatorError('NATS_URL is not an address such as nats://127.0.0.1:4222.')
    }
    return address.trim()
  })
}

async function report(connection: Connection, log: Log): Promise<void> {
  for await (const status of connection.status()) {
    if (status.type === 'staleConnection') leave(connection)
    if (status.type === 'disconnect') log.warn({}, 'NATS is gone; reconnecting')
    if (status.type === 'reconnect') log.info({}, 'NATS is back')
    if (status.type === 'error') {
      const subject =
        status.error instanceof errors.PermissionViolationError ? status.error.subject : undefined
      log.error({ reason: nameOfError(status.error), subject }, 'NATS refused something')
    }
  }
}

/**
 * Closes the socket of a connection that no longer answers. The client writes once more before it does that itself, and
 * when the socket takes nothing more it waits for ever, without asking again (nats-core 3.4).
 */
function leave(connection: Connection): void {
  const { protocol } = connection as unknown as { protocol?: { transport?: { socket?: Socket } } }
  protocol?.transport?.socket?.destroy()
}
