import { JetStreamApiError, type JetStreamClient } from '@nats-io/jetstream'
import { checkpointSubject, type PublishedStream } from '@rounds/contracts'
import type { Checkpoint, CheckpointPlace, StreamState } from './bus.ts'

/** "wrong last sequence: 7" */
const wrongLastSequence = 10_071

/** What may be known of a stream without the right to read it. */
export async function streamStateOf(
  js: JetStreamClient,
  stream: PublishedStream,
  serverId: string,
): Promise<StreamState> {
  const { streams } = await js.jetstreamManager(false)
  const { created, state, cluster } = await streams.info(stream)
  // A server has a new id after each start. In a cluster it is not ours that counts, but the stream's leader.
  const { leader = '', leader_since: since } = (cluster ?? {}) as { leader?: string; leader_since?: string }
  return {
    created: String(created),
    servedBy: since ? `${leader} since ${since}` : `${leader}${serverId}`,
    firstSequence: state.first_seq,
    lastSequence: state.last_seq,
    missing: state.num_deleted ?? 0,
  }
}

/**
 * Stores a checkpoint behind the one at `after`, or learns which is the last that the stream has. `Nats-Expected-Last-Msg-Id` is no
 * way to ask: a mismatch stops a replicated stream for good (nats-server 2.15.1).
 */
export async function storeCheckpoint(
  js: JetStreamClient,
  { stream, service, incarnation }: CheckpointPlace,
  after: number,
): Promise<Checkpoint> {
  try {
    const { seq: sequence } = await js.publish(checkpointSubject(stream, service, incarnation), '', {
      expect: { lastSubjectSequence: after },
      timeout: 2_000,
    })
    return { isStored: true, sequence }
  } catch (error) {
    if (!(error instanceof JetStreamApiError) || error.code !== wrongLastSequence) throw error
    // Where it is not told, none counts as there: then more is published again than needs to be.
    return { isStored: false, sequence: Number(/: (\d{1,15})$/.exec(error.message)?.[1] ?? 0) }
  }
}
