import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { jetstreamManager } from '@nats-io/jetstream'
import type { ServiceName } from '@rounds/contracts'
import { silent } from '@rounds/kernel'
import { startNats } from '@rounds/local-servers'
import { type Connection, connectTo } from '../src/connection.ts'
import { natsHeaders, parcelOf } from '../src/nats-parcel.ts'
import type { Parcel } from '../src/parcel.ts'
import { natsServerConfig } from '../src/server-config.ts'

/** A nats-server with the configuration we ship, plus one user who may look at and spoil everything. */
export async function testBroker(options: { readonly ackFormat?: 'v1' | 'v2' } = {}) {
  const dir = await mkdtemp(join(tmpdir(), 'rounds-messaging-'))
  const conf = join(dir, 'nats.conf')
  const shipped = natsServerConfig()
  const withTester = shipped.replace(
    '    users: [\n',
    '    users: [\n      { user: tester, password: tester }\n',
  )
  const flags = options.ackFormat === 'v2' ? 'feature_flags { js_ack_fc_v2: true }\n' : ''
  await writeFile(conf, withTester + flags)
  const nats = await startNats({ conf })
  const connections: Connection[] = []
  const as = async (user: ServiceName | 'auditor' | 'tester', log = silent) => {
    const password = user === 'tester' ? 'tester' : nats.passwordOf(user)
    const connection = await connectTo({ url: nats.url, user, password, log })
    connections.push(connection)
    return connection
  }
  const tester = await as('tester')
  const manager = await jetstreamManager(tester)

  return {
    nats,
    as,
    tester,
    manager,
    async empty() {
      for (const { config } of await manager.streams.list().next()) await manager.streams.delete(config.name)
    },
    async put(parcel: Parcel) {
      await manager.jetstream().publish(parcel.subject, parcel.body, { headers: natsHeaders(parcel) })
    },
    /** What a stream holds, in order. */
    async keptIn(stream: string): Promise<readonly Parcel[]> {
      const { state } = await manager.streams.info(stream)
      const kept: Parcel[] = []
      for (let seq = Math.max(1, state.first_seq); seq <= state.last_seq; seq++) {
        const message = await manager.streams.getMessage(stream, { seq })
        if (message)
          kept.push(parcelOf({ subject: message.subject, headers: message.header, data: message.data }))
      }
      return kept
    },
    async stop() {
      await Promise.all(connections.map((connection) => connection.close()))
      await nats.stop()
      await rm(dir, { recursive: true, force: true })
    },
  }
}

export type TestBroker = Awaited<ReturnType<typeof testBroker>>
