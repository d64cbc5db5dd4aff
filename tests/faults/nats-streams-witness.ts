import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect, createInbox, type NatsConnection } from '@nats-io/transport-node'
import type { LocalNats } from '@rounds/local-servers'
import { witness } from './with-witness.ts'

/** Those to which outboxes speak. */
const streams = ['EVENTS', 'TICKS']
const patienceMs = 60_000

/** Reads the streams from their first message to their last: which events they hold, whatever anybody noted of that. */
export async function heardInStreams({ url }: Pick<LocalNats, 'url'>): Promise<ReadonlySet<string>> {
  const connection = await connect({
    servers: url.split(','),
    ...witness,
    // Pushed messages that are lost do not come again: better none than some.
    reconnect: false,
  })
  try {
    const ids = new Set<string>()
    for (const stream of streams) {
      for (const id of await idsIn(connection, stream)) ids.add(id)
    }
    return ids
  } finally {
    await connection.close()
  }
}

async function idsIn(connection: NatsConnection, stream: string): Promise<readonly string[]> {
  const inbox = createInbox()
  const name = `witness-${randomUUID()}`
  const ids: string[] = []
  let come = 0
  const subscription = connection.subscribe(inbox, {
    callback: (_error, message) => {
      come += 1
      const id = message.headers?.get('ce-id')
      if (id) ids.push(id)
    },
  })
  const config = {
    name,
    deliver_subject: inbox,
    deliver_policy: 'all',
    ack_policy: 'none',
    headers_only: true,
    mem_storage: true,
    num_replicas: 1,
    inactive_threshold: patienceMs * 1e6,
  }
  const { num_pending: left } = await asked<{ num_pending: number }>(
    connection,
    `CONSUMER.CREATE.${stream}.${name}`,
    { stream_name: stream, config, action: 'create' },
  )
  const giveUpAt = Date.now() + patienceMs
  while (come < left && Date.now() < giveUpAt) await sleep(20)
  subscription.unsubscribe()
  await asked(connection, `CONSUMER.DELETE.${stream}.${name}`)
  if (come < left) throw new Error(`only ${come} of ${left} messages of ${stream} could be read`)
  return ids
}

async function asked<Answer>(connection: NatsConnection, what: string, body?: object): Promise<Answer> {
  const answer = await connection.request(`$JS.API.${what}`, body ? JSON.stringify(body) : undefined, {
    timeout: 10_000,
  })
  const said = answer.json<Answer & { error?: { description: string } }>()
  if (said.error) throw new Error(`the broker does not tell ${what}: ${said.error.description}`)
  return said
}
