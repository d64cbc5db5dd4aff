import type { MongoStore } from '@rounds/mongo'
import { type AuditKeys, type Head, headOf, isLinkGenuine, type Signed } from './audit-chain.ts'
import type { SealedHead, SealerDeps } from './audit-sealer.ts'
import type { LinkedAudit } from './mongo-audit-chain.ts'

type SealedDocument = Signed<SealedHead>

interface Evidence {
  all(): Promise<SealedDocument[]>
  /** Every entry, chain by chain. */
  entries(): AsyncIterable<LinkedAudit>
  /** Removes a chain's entries up to this one; for the operator, since the gateway may not. */
  remove(writer: string, upTo: number): Promise<number>
}

/** A process that lives seals its chains within a minute. */
const abandonedMs = 3 * 60_000

/** What was put into the stream of heads, and the chains whose end was not. */
export function mongoAuditHeads(
  store: Pick<MongoStore, 'collection'>,
  keys: AuditKeys,
): Pick<SealerDeps, 'records' | 'left'> & Evidence {
  const heads = store.collection<SealedDocument>('auditHeads')
  const entries = store.collection<LinkedAudit>('audit')
  const projection = { _id: 0 } as const
  const lastOfEach = () =>
    heads
      .aggregate<SealedDocument>([
        { $sort: { writer: 1, seq: -1 } },
        { $group: { _id: '$writer', last: { $first: '$$ROOT' } } },
        { $replaceRoot: { newRoot: '$last' } },
        { $unset: '_id' },
      ])
      .toArray()

  return {
    records: {
      async add(sealed) {
        await heads.insertOne({ ...sealed })
      },
      latest: async () =>
        (await heads.findOne({}, { projection, sort: { life: -1, streamSeq: -1 } })) ?? undefined,
      lastOfEach: async () => (await lastOfEach()).filter((one) => keys.isGenuine({ ...one })).map(asHead),
    },
    async left(at) {
      const [sealed, last] = await Promise.all([
        lastOfEach(),
        entries
          .aggregate<LinkedAudit>([
            { $match: { 'chain.writer': { $exists: true } } },
            { $sort: { 'chain.writer': 1, 'chain.seq': -1 } },
            { $group: { _id: '$chain.writer', last: { $first: '$$ROOT' } } },
            { $replaceRoot: { newRoot: '$last' } },
          ])
          .toArray(),
      ])
      const known = new Map(sealed.map(({ writer, seq }) => [writer, seq]))
      return last
        .filter((one) => one.at.getTime() < at.getTime() - abandonedMs)
        .filter(({ chain }) => chain.seq > (known.get(chain.writer) ?? 0))
        .filter((one) => isLinkGenuine(one, keys))
        .map((one) => headOf(one, at))
    },
    all: () => heads.find({}, { projection }).toArray(),
    entries: () => entries.find({}, { sort: { 'chain.writer': 1, 'chain.seq': 1 }, batchSize: 1_000 }),
    remove: async (writer, upTo) =>
      (await entries.deleteMany({ 'chain.writer': writer, 'chain.seq': { $lte: upTo } })).deletedCount,
  }
}

const asHead = ({ writer, seq, last, at }: Head): Head => ({ writer, seq, last, at })
