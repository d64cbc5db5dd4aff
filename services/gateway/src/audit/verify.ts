import {
  type AuditKeys,
  forgedEntryFound,
  type Head,
  isLinkGenuine,
  type Linked,
  type Pruned,
} from './audit-chain.ts'
import type { SealedHead } from './audit-sealer.ts'

type Entry = {
  readonly _id: string
  readonly did?: string
  readonly to?: string
  readonly chain?: Linked<{ _id: string }>['chain']
}

export interface Finding {
  readonly what: 'changed or forged' | 'removed' | 'out of order' | 'cut off' | 'forged in a document'
  readonly where: string
}

export interface Verdict {
  readonly entries: number
  readonly chains: number
  /** Not yet under a head: the last minute's. */
  readonly unsealed: number
  readonly findings: readonly Finding[]
  /** What the broker lost. Nobody's tampering follows from it; what is older is held by the entries' own signatures alone. */
  readonly losses: readonly string[]
}

export interface Evidence {
  /** By writer and number; those without a chain in any place. */
  readonly entries: AsyncIterable<Entry>
  /** What the stream holds; nothing when it cannot be read. Signatures are checked here. */
  readonly stream: { readonly heads: readonly Head[]; readonly pruned: readonly Pruned[] } | undefined
  /** What the database says was put there. */
  readonly recorded: readonly SealedHead[]
  /** What lies in jobs and appointments and is not moved into the trail yet. */
  readonly due: readonly { readonly _id: unknown }[]
}

/** Whether the trail is what was once written, as far as heads and signatures can tell. */
export async function verify(
  { entries, stream, recorded, due }: Evidence,
  keys: AuditKeys,
): Promise<Verdict> {
  const genuine = <One extends object>(all: readonly One[]) =>
    all.filter((one) => keys.isGenuine(one as Record<string, unknown>))
  const [inStream, known] = [genuine(stream?.heads ?? []), genuine(recorded)]
  const heads = headsByWriter([...inStream, ...known])
  const pruned = latestByWriter(genuine(stream?.pruned ?? []))
  const findings: Finding[] = due
    .filter((one) => !keys.isGenuine({ ...one }))
    .map(({ _id }) => ({ what: 'forged in a document', where: `an entry that calls itself ${_id}` }))
  const ends = new Map<string, Expected>()
  let count = 0

  for await (const entry of entries) {
    count++
    const at = `entry ${entry._id}`
    if (!entry.chain || !isLinkGenuine(entry as Linked<Entry & { _id: string }>, keys)) {
      findings.push({ what: 'changed or forged', where: at })
      if (!entry.chain) continue
    }
    // It never came into the trail; that somebody could put it into a document is to be known all the same.
    if (entry.did === forgedEntryFound)
      findings.push({
        what: 'forged in a document',
        where: `${at}, which found what called itself ${entry.to}`,
      })
    const { writer, seq, previous, signature } = entry.chain
    const start = pruned.get(writer)
    // What a removal that was broken off has left.
    if (start && seq <= start.seq) continue
    const expected = ends.get(writer) ?? (start ? { seq: start.seq + 1, last: start.last } : first)
    if (seq > expected.seq)
      findings.push({ what: 'removed', where: `chain ${writer}, ${expected.seq} to ${seq - 1}` })
    else if (seq < expected.seq || previous !== expected.last)
      findings.push({ what: 'out of order', where: `chain ${writer}, ${seq}` })
    const sealed = heads.get(writer)?.get(seq)
    if (sealed !== undefined && sealed !== signature)
      findings.push({ what: 'changed or forged', where: `${at}, which a head says to be another` })
    ends.set(writer, { seq: seq + 1, last: signature })
  }

  let unsealed = 0
  for (const writer of new Set([...heads.keys(), ...ends.keys()])) {
    const stands = (ends.get(writer)?.seq ?? (pruned.get(writer)?.seq ?? 0) + 1) - 1
    const sealed = Math.max(0, ...(heads.get(writer)?.keys() ?? []))
    if (sealed > stands)
      findings.push({ what: 'cut off', where: `chain ${writer}, ${stands + 1} to ${sealed}` })
    unsealed += Math.max(0, stands - sealed)
  }
  return {
    entries: count,
    chains: ends.size,
    unsealed,
    findings,
    losses: stream ? lossesIn(inStream, known) : ['the stream of heads cannot be read, or is not there'],
  }
}

interface Expected {
  readonly seq: number
  readonly last: string
}

const first: Expected = { seq: 1, last: '' }

function headsByWriter(heads: readonly Head[]): ReadonlyMap<string, ReadonlyMap<number, string>> {
  const byWriter = Map.groupBy(heads, ({ writer }) => writer)
  return new Map(
    [...byWriter].map(([writer, all]) => [writer, new Map(all.map(({ seq, last }) => [seq, last]))]),
  )
}

function latestByWriter(pruned: readonly Pruned[]): ReadonlyMap<string, Pruned> {
  return new Map(pruned.toSorted((a, b) => a.seq - b.seq).map((one) => [one.writer, one]))
}

function lossesIn(inStream: readonly Head[], known: readonly SealedHead[]): string[] {
  const there = new Set(inStream.map(({ writer, seq }) => `${writer} ${seq}`))
  const life = Math.max(1, ...known.map((one) => one.life))
  const lost = known.filter(({ writer, seq }) => !there.has(`${writer} ${seq}`))
  const now = lost.filter((one) => one.life === life)
  const since = known.find((one) => one.life === life)?.at
  return [
    ...(now.length > 0 ? [`the stream lost ${now.length} heads that nothing has replaced yet`] : []),
    ...(life > 1
      ? [
          `the stream was lost ${life - 1} times, and anchored again at ${since}; ${lost.length - now.length} older heads are known from the database alone`,
        ]
      : []),
  ]
}
