import {
  AckPolicy,
  type ConsumerConfig,
  DeliverPolicy,
  DiscardPolicy,
  JetStreamApiCodes,
  JetStreamApiError,
  type JetStreamManager,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
} from '@nats-io/jetstream'
import { nanos } from '@nats-io/transport-node'
import {
  type ConsumerDeclaration,
  consumers,
  type GathererDeclaration,
  gatherers,
  maxAgeMs,
  maxDataBytes,
  type StreamDeclaration,
  streams,
  subjectsHeardBy,
} from '@rounds/contracts'
import type { Connection } from './connection.ts'

/** What had to be done to a stream, or to a consumer of it. */
export interface Change {
  readonly stream: string
  readonly durable?: string
  readonly outcome: 'made' | 'changed'
}

/** What there is to be at the broker. */
export interface Topology {
  readonly streams: readonly StreamDeclaration[]
  readonly consumers: readonly ConsumerDeclaration[]
  readonly gatherers: readonly GathererDeclaration[]
}

/**
 * Makes the broker hold what the topology declares, and resolves with what had to be made or changed; nothing when all
 * was well. Doing it again is harmless, so it is done every few seconds: a broker that comes back empty is whole again
 * without a human. Nothing is ever deleted here.
 */
export async function provision(
  connection: Connection,
  topology: Topology = { streams, consumers, gatherers },
  replicas = 1,
): Promise<readonly Change[]> {
  const manager = await jetstreamManager(connection, { checkAPI: false })
  const changes: Change[] = []
  for (const declared of topology.streams) {
    const outcome = await provisionStream(manager, streamConfig(declared, replicas))
    if (outcome) changes.push({ stream: declared.name, outcome })
  }
  const durables = [
    ...topology.consumers.map((declared) => ({ ...declared, config: consumerConfig(declared) })),
    ...topology.gatherers.map((declared) => ({ ...declared, config: gathererConfig(declared) })),
  ]
  for (const { stream, durable, config } of durables) {
    const outcome = await provisionConsumer(manager, stream, config)
    if (outcome) changes.push({ stream, durable, outcome })
  }
  return changes
}

async function provisionStream({ streams }: JetStreamManager, wanted: Wanted<StreamConfig, 'name'>) {
  const is = await unlessMissing(streams.info(wanted.name))
  if (is && same(is.config, wanted)) return undefined
  if (is) await streams.update(wanted.name, wanted)
  else await streams.add(wanted)
  return is ? 'changed' : 'made'
}

async function provisionConsumer(
  { consumers }: JetStreamManager,
  stream: string,
  wanted: Wanted<ConsumerConfig, 'durable_name'>,
) {
  const is = await unlessMissing(consumers.info(stream, wanted.durable_name))
  if (is && same(is.config, wanted)) return undefined
  if (is) await consumers.update(stream, wanted.durable_name, wanted)
  else await consumers.add(stream, wanted)
  return is ? 'changed' : 'made'
}

type Wanted<Config, Name extends keyof Config> = Partial<Config> & Required<Pick<Config, Name>>

function streamConfig(stream: StreamDeclaration, replicas: number): Wanted<StreamConfig, 'name'> {
  return {
    name: stream.name,
    description: stream.why,
    subjects: [...stream.subjects],
    retention: stream.untilTaken ? RetentionPolicy.Workqueue : RetentionPolicy.Limits,
    storage: StorageType.File,
    // A stranger's message can stop a replicated stream for good (decision 0035).
    num_replicas: stream.untilTaken ? 1 : replicas,
    discard: stream.untilTaken || stream.keepsAll ? DiscardPolicy.New : DiscardPolicy.Old,
    ...(stream.keepsAll ? { deny_delete: true, deny_purge: true } : {}),
    max_age: nanos(maxAgeMs(stream)),
    max_bytes: stream.maxBytes,
    duplicate_window: nanos(stream.duplicateWindowMs),
    ...(stream.allowAtomic ? { allow_atomic: true } : {}),
    // A dead letter is the whole message and some words about it, and has to fit as well.
    max_msg_size: stream.name === 'DEAD_LETTERS' ? -1 : 2 * maxDataBytes,
  }
}

function consumerConfig(consumer: ConsumerDeclaration): Wanted<ConsumerConfig, 'durable_name'> {
  return {
    durable_name: consumer.durable,
    ack_policy: AckPolicy.Explicit,
    deliver_policy: DeliverPolicy.All,
    filter_subjects: subjectsHeardBy(consumer),
    ack_wait: nanos(consumer.ackWaitMs),
    // No `backoff`: it would be added to the delays that `nak` asks for.
    max_deliver: consumer.maxDeliver,
    max_ack_pending: consumer.maxAckPending,
  }
}

function gathererConfig(gatherer: GathererDeclaration): Wanted<ConsumerConfig, 'durable_name'> {
  return {
    durable_name: gatherer.durable,
    ack_policy: AckPolicy.Explicit,
    deliver_policy: DeliverPolicy.All,
    ...(gatherer.subjects ? { filter_subjects: [...gatherer.subjects] } : {}),
    ...(gatherer.headersOnly ? { headers_only: true } : {}),
    ack_wait: nanos(gatherer.ackWaitMs),
    // Whoever collects never gives up: what it cannot store now, it stores later.
    max_deliver: -1,
    max_ack_pending: gatherer.maxAckPending,
  }
}

async function unlessMissing<Info>(info: Promise<Info>): Promise<Info | undefined> {
  try {
    return await info
  } catch (error) {
    if (error instanceof JetStreamApiError && missing.includes(error.code)) return undefined
    throw error
  }
}

const missing: readonly number[] = [JetStreamApiCodes.StreamNotFound, JetStreamApiCodes.ConsumerNotFound]

const same = (is: object, wanted: object) =>
  Object.entries(wanted).every(
    ([name, value]) => JSON.stringify((is as Record<string, unknown>)[name]) === JSON.stringify(value),
  )
