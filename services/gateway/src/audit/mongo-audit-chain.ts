import { randomUUIDv7 } from 'node:crypto'
import { duplicateKey, groupCommit } from '@rounds/mongo'
import { type Collection, MongoBulkWriteError, MongoServerError } from 'mongodb'
import type { AuditDocument } from './audit.ts'
import { type AuditKeys, type Head, headOf, type Linked, linked, type Place } from './audit-chain.ts'

export type LinkedAudit = Linked<AuditDocument>

/**
 * Writes entries into the trail, each linked to the one before it. Batches go one after the other, since each begins where the last
 * one ended; what comes meanwhile goes together.
 */
export class AuditWriter {
  readonly insert: (entry: AuditDocument) => Promise<void>
  readonly #entries: Collection<LinkedAudit>
  readonly #keys: AuditKeys
  #next: Place = beginning()
  /** The last entry of each chain of ours that is known to stand, until a head says so. */
  readonly #unsealed = new Map<string, LinkedAudit>()

  constructor(entries: Collection<LinkedAudit>, keys: AuditKeys) {
    this.#entries = entries
    this.#keys = keys
    this.insert = groupCommit((batch: readonly AuditDocument[]) => this.#write(batch), {
      most: 256,
      keyOf: ({ _id }) => _id,
      oneIsToBlame: (error) => !(error instanceof MongoServerError),
    })
  }

  /** How far each chain is that has grown since it was sealed. */
  heads(at: Date): Head[] {
    return [...this.#unsealed.values()].map((last) => headOf(last, at))
  }

  sealed({ writer, seq }: Head): void {
    if (this.#unsealed.get(writer)?.chain.seq === seq) this.#unsealed.delete(writer)
  }

  async #write(batch: readonly AuditDocument[]): Promise<PromiseSettledResult<void>[]> {
    const refusals = new Map<string, unknown>()
    let left = [...batch]
    while (left.length > 0) {
      const documents = this.#link(left)
      try {
        await this.#entries.insertMany(documents, { ordered: true })
        this.#stands(documents.at(-1))
        break
      } catch (error) {
        const refused = refusedIn(error)
        if (refused === undefined) {
          // Perhaps it stands, perhaps it will: nothing may be linked to it, and nothing written beside it.
          this.#next = beginning()
          throw error
        }
        this.#stands(documents[refused - 1])
        const rest = left.slice(refused)
        // Most likely somebody else moved these first: the trail itself says which of them stand.
        const known = await this.#known(rest)
        for (const [place, { _id }] of rest.entries())
          if (place === 0 || known.has(_id)) refusals.set(_id, error)
        left = rest.filter(({ _id }) => !refusals.has(_id))
      }
    }
    return batch.map(({ _id }) =>
      refusals.has(_id)
        ? { status: 'rejected', reason: refusals.get(_id) }
        : { status: 'fulfilled', value: undefined },
    )
  }

  #link(entries: readonly AuditDocument[]): LinkedAudit[] {
    let place = this.#next
    return entries.map((entry) => {
      const document = linked(entry, place, this.#keys)
      place = after(document)
      return document
    })
  }

  #stands(last: LinkedAudit | undefined): void {
    if (!last) return
    this.#next = after(last)
    this.#unsealed.set(last.chain.writer, last)
  }

  async #known(entries: readonly AuditDocument[]): Promise<ReadonlySet<string>> {
    const ids = entries.map(({ _id }) => _id)
    const found = await this.#entries.find({ _id: { $in: ids } }, { projection: { _id: 1 } }).toArray()
    return new Set(found.map(({ _id }) => _id))
  }
}

const beginning = (): Place => ({ writer: randomUUIDv7(), seq: 1, previous: '' })

const after = ({ chain: { writer, seq, signature } }: LinkedAudit): Place => ({
  writer,
  seq: seq + 1,
  previous: signature,
})

/** The place of the entry that was refused, those before it being written; nothing where it is not certain what stands. */
function refusedIn(error: unknown): number | undefined {
  if (!(error instanceof MongoBulkWriteError) || error.result.getWriteConcernError()) return undefined
  const [first] = error.result.getWriteErrors()
  return first?.code === duplicateKey ? first.index : undefined
}
