import { JetStreamApiCodes, JetStreamApiError, jetstream, jetstreamManager } from '@nats-io/jetstream'
import type { Connection } from './connection.ts'

/** What lies in the stream of the audit's heads. */
export interface AuditMessage {
  readonly subject: string
  readonly body: unknown
}

/** Puts a statement there and answers its number; rejects when it may not stand. */
export async function putIntoAuditStream(
  connection: Connection,
  subject: string,
  statement: object,
): Promise<number> {
  const { seq } = await jetstream(connection).publish(subject, JSON.stringify(statement), { timeout: 5_000 })
  return seq
}

const atOnce = 64

/** All that the stream holds, in its order; nothing when there is no such stream. */
export async function auditStreamOf(connection: Connection): Promise<readonly AuditMessage[] | undefined> {
  const { streams } = await jetstreamManager(connection, { checkAPI: false })
  const info = await streams.info('AUDIT').catch((error: unknown) => {
    if (error instanceof JetStreamApiError && error.code === JetStreamApiCodes.StreamNotFound)
      return undefined
    throw error
  })
  if (!info) return undefined
  const { first_seq, last_seq } = info.state
  const messages: AuditMessage[] = []
  for (let from = Math.max(1, first_seq); from <= last_seq; from += atOnce) {
    const numbers = Array.from({ length: Math.min(atOnce, last_seq - from + 1) }, (_, n) => from + n)
    const found = await Promise.all(numbers.map((seq) => streams.getMessage('AUDIT', { seq })))
    for (const one of found) if (one) messages.push({ subject: one.subject, body: bodyOf(one.data) })
  }
  return messages
}

function bodyOf(data: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(data))
  } catch {
    return {}
  }
}
