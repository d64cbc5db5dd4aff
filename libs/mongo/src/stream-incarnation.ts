import { randomUUID } from 'node:crypto'
import { checkpointsOf, type PublishedStream, type ServiceName } from '@rounds/contracts'
import type { Bus, StreamState } from '@rounds/messaging'
import { type Collection, MongoServerError } from 'mongodb'
import { duplicateKey } from './bulk-write.ts'
import type { MongoStore } from './mongo-store.ts'

/** What is kept of a stream, so that its loss shows. */
export interface CheckpointDocument {
  readonly _id: string
  /** The stream's messages as they were acknowledged; another one as soon as some of them are gone. */
  readonly incarnation: string
  /** The last checkpoint: everything acknowledged before it was in the stream when it was stored. */
  readonly sequence: number
  readonly created: string
  readonly servedBy: string
  readonly missing: number
  /** The incarnation before this one, and up to where the stream still has what was acknowledged in it. */
  readonly former?: { readonly incarnation: string; readonly sharedTo: number }
  /** The broker may still know the ids of what this stream has lost. */
  readonly keepsIds: boolean
  readonly at: Date
}

/** What a look at the stream says of what was published. */
export interface Seen {
  readonly incarnation: string
  readonly former: CheckpointDocument['former']
  /** Set where the broker may still know the ids of what the stream has lost: see `Bus.publish`. */
  readonly anew: string | undefined
  /** What was acknowledged in this incarnation behind this sequence may be gone: to be published again. */
  readonly unsureAfter: number | undefined
}

export interface StreamIncarnationOptions {
  readonly stream: PublishedStream
  readonly service: Exclude<ServiceName, 'provisioner'>
  readonly bus: Pick<Bus, 'streamState' | 'checkpoint'>
  readonly store: Pick<MongoStore, 'collection'>
  /** What publishes beside a service's outbox relay needs a name of its own here. */
  readonly of?: string
  readonly checkpointEveryMs?: number
}

interface Acknowledged {
  readonly sequence: number
  readonly again: () => Promise<number>
}

/** A look, and what has to be written down once everything that follows from it was done. */
interface Look extends Seen {
  readonly record: CheckpointDocument
  readonly state: StreamState
  readonly stored: number | undefined
  readonly proved: Acknowledged | undefined
}

/**
 * Knows whether a stream still has what it acknowledged, without the right to read it. The stream may have lost everything, or its
 * end, or may be an older copy into which others have published since: its own creation time and length show only some of it.
 *
 * Every 30 seconds, and whenever another server serves the stream, a checkpoint is stored, on the condition that the one before is
 * where it was. What was acknowledged last is published once more: a stream that has it answers with the sequence it had. So
 * whatever was acknowledged before a checkpoint is known to be there, and what came after the last one is published again
 * when there is doubt. See docs/decisions/0023.
 */
export class StreamIncarnation {
  readonly #options: StreamIncarnationOptions
  readonly #checkpoints: Collection<CheckpointDocument>
  readonly #id: string
  readonly #everyMs: number
  #look: Look | undefined
  #acknowledged: Acknowledged | undefined
  /** The last look that was acted on to its end. */
  #known: { readonly incarnation: string; readonly sequence: number; readonly servedBy: string } | undefined
  #storedAt = Number.NEGATIVE_INFINITY

  get stream(): PublishedStream {
    return this.#options.stream
  }

  constructor(options: StreamIncarnationOptions) {
    const { stream, service, store, of, checkpointEveryMs = 30_000 } = options
    this.#options = options
    this.#checkpoints = store.collection(checkpointsOf(service))
    this.#id = of ? `${stream} ${of}` : stream
    this.#everyMs = checkpointEveryMs
  }

  /** Notes what the stream acknowledged, and how to publish it once more. */
  acknowledged(sequence: number, again: () => Promise<number>): void {
    if (sequence > (this.#acknowledged?.sequence ?? 0)) this.#acknowledged = { sequence, again }
  }

  /** Rejects while the broker is away. Whoever looked publishes again what the answer says, and then confirms. */
  async look(): Promise<Seen> {
    this.#look = undefined
    try {
      this.#look = await this.#seen()
      return this.#look
    } catch (error) {
      // It may come back as another one.
      this.#storedAt = Number.NEGATIVE_INFINITY
      throw error
    }
  }

  /** What followed from the last look was done. */
  async confirm(): Promise<void> {
    const look = this.#look
    if (!look) return
    const { record, state, stored, proved } = look
    const { incarnation } = record
    let { sequence } = record
    if (stored !== undefined) {
      // Whoever took over in between may have taken the checkpoint without what came before it.
      const now = await this.#options.bus.streamState(this.#options.stream)
      if (now.servedBy !== state.servedBy) return
      // What is missing since the look was not acted on: the next look has to see it.
      const { servedBy, missing } = state
      const { matchedCount } = await this.#checkpoints.updateOne(
        { _id: this.#id, incarnation, sequence },
        { $set: { sequence: stored, servedBy, missing, at: new Date() } },
      )
      if (matchedCount > 0) sequence = stored
      this.#storedAt = performance.now()
    }
    if (proved && proved === this.#acknowledged) this.#acknowledged = undefined
    this.#known = { incarnation, sequence, servedBy: state.servedBy }
  }

  async #seen(): Promise<Look> {
    const { bus, stream } = this.#options
    const [state, record] = await Promise.all([
      bus.streamState(stream),
      this.#checkpoints.findOne({ _id: this.#id }),
    ])
    if (!record) return this.#lookAt(await this.#begin(undefined, state, 0), state)
    const { incarnation, sequence } = record
    const isAnother = record.created !== state.created || state.missing > record.missing
    if (isAnother) return this.#lookAt(await this.#begin(record, state, 0), state)

    const known = this.#known?.incarnation === incarnation ? this.#known : undefined
    const isServedAnew = state.servedBy !== (known ?? record).servedBy
    const isDue = performance.now() - this.#storedAt > this.#everyMs
    const isWithin = state.firstSequence <= sequence && sequence <= state.lastSequence
    if (!isDue && !isServedAnew && isWithin) return this.#lookAt(record, state)

    const surelyThere = Math.min(known?.sequence ?? sequence, sequence)
    const last = this.#acknowledged
    const isLastThere = last !== undefined && (await last.again()) === last.sequence
    const stored = await this.#checkpoint(incarnation, sequence)
    if (stored.sequence < sequence) {
      const before = await this.#checkpoints.findOne({ _id: this.#id, incarnation, sequence })
      if (!before) throw new Error('another process looks at the stream at this moment')
      const sharedTo = Math.min(stored.sequence, surelyThere)
      return this.#lookAt(await this.#begin(record, state, sharedTo), state)
    }
    const isUnsure = last ? !isLastThere : false
    const proved = isLastThere ? Math.max(last.sequence, surelyThere) : surelyThere
    return {
      ...this.#lookAt(record, state),
      ...(stored.isStored ? { stored: stored.sequence } : {}),
      unsureAfter: isUnsure ? surelyThere : isServedAnew ? proved : undefined,
      proved: last,
    }
  }

  #lookAt(record: CheckpointDocument, state: StreamState): Look {
    const { incarnation, former, keepsIds } = record
    return {
      record,
      state,
      incarnation,
      former,
      anew: keepsIds ? incarnation : undefined,
      unsureAfter: undefined,
      stored: undefined,
      proved: undefined,
    }
  }

  async #checkpoint(incarnation: string, after: number) {
    const { bus, stream, service } = this.#options
    const place = { stream, service, incarnation }
    const first = await bus.checkpoint(place, after)
    // Stored by a process that wrote it down nowhere, or by another replica just now.
    return !first.isStored && first.sequence > after ? bus.checkpoint(place, first.sequence) : first
  }

  /** The stream lost something. Of several processes that see it, one names the new incarnation. */
  async #begin(
    record: CheckpointDocument | undefined,
    { created, servedBy, missing }: StreamState,
    sharedTo: number,
  ): Promise<CheckpointDocument> {
    const { bus, stream, service } = this.#options
    const incarnation = randomUUID()
    const { sequence } = await bus.checkpoint({ stream, service, incarnation }, 0)
    this.#storedAt = performance.now()
    const former = record && { former: { incarnation: record.incarnation, sharedTo } }
    const keepsIds = record?.created === created
    const next = { incarnation, sequence, created, servedBy, missing, keepsIds, at: new Date(), ...former }
    if (record) {
      await this.#checkpoints.updateOne({ _id: this.#id, incarnation: record.incarnation }, { $set: next })
    } else {
      try {
        await this.#checkpoints.insertOne({ _id: this.#id, ...next })
      } catch (error) {
        if (!(error instanceof MongoServerError) || error.code !== duplicateKey) throw error
      }
    }
    const now = await this.#checkpoints.findOne({ _id: this.#id })
    if (!now) throw new Error(`what is known of the stream ${this.#id} is gone`)
    return now
  }
}
