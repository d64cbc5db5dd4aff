import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

export type Signed<Statement> = Statement & { readonly key: string; readonly signature: string }

/** Where an entry stands in the chain of whoever wrote it. */
export interface Place {
  /** One chain of one process; it begins another when it cannot know what became of a write. */
  readonly writer: string
  /** From 1, without a gap. */
  readonly seq: number
  /** The signature of the entry before it; empty for the first. */
  readonly previous: string
}

/** What stands in the trail where an entry in a document was not signed by us. */
export const forgedEntryFound = 'audit.forged-entry-found'

type Entry = { readonly _id: string }
export type Linked<One extends Entry> = One & { readonly chain: Signed<Place> }

/** How far a chain was at a moment. Kept where whoever holds the database cannot take it back. */
export interface Head {
  readonly writer: string
  readonly seq: number
  /** The signature of that entry. */
  readonly last: string
  readonly at: string
}

/** What was removed from a chain because its time was over: all up to this head. */
export interface Pruned extends Head {
  readonly prunedAt: string
}

/** Signs under the first of its keys, and knows what was signed under any of them. */
export class AuditKeys {
  readonly #keys: ReadonlyMap<string, string>
  readonly #current: string

  /** Secrets by commas. */
  constructor(text: string) {
    const secrets = text.split(',').map((one) => one.trim())
    this.#keys = new Map(secrets.map((secret) => [nameOf(secret), secret]))
    this.#current = nameOf(secrets[0] ?? '')
  }

  sign<Statement extends object>(statement: Statement): Signed<Statement> {
    return { ...statement, key: this.#current, signature: this.#signatureOf(this.#current, statement) }
  }

  isGenuine(signed: Readonly<Record<string, unknown>>): boolean {
    const { key, signature, ...statement } = signed
    if (typeof key !== 'string' || typeof signature !== 'string' || !this.#keys.has(key)) return false
    const [given, own] = [Buffer.from(signature), Buffer.from(this.#signatureOf(key, statement))]
    return given.length === own.length && timingSafeEqual(given, own)
  }

  #signatureOf(key: string, statement: object): string {
    const secret = this.#keys.get(key) ?? ''
    return createHmac('sha256', secret).update(canonical(statement)).digest('base64url')
  }
}

const nameOf = (secret: string) => createHash('sha256').update(secret).digest('hex').slice(0, 8)

/** The same text before and after the database: its order of fields, dates and broken characters as BSON leaves them. */
function canonical(value: unknown): string {
  if (value instanceof Date) return JSON.stringify(value.toISOString())
  if (typeof value === 'string') return JSON.stringify(value.toWellFormed())
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const fields = Object.entries(value)
    .filter(([, one]) => one !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, one]) => `${JSON.stringify(name)}:${canonical(one)}`)
  return `{${fields.join(',')}}`
}

/**
 * The entry at its place. Signed over all of it and over the signature before, so that nobody without the key changes one, moves it, or
 * makes one up, whatever day it claims to be of.
 */
export function linked<One extends Entry>(entry: One, place: Place, keys: AuditKeys): Linked<One> {
  const { key, signature } = keys.sign({ ...entry, chain: place })
  return { ...entry, chain: { ...place, key, signature } }
}

export function isLinkGenuine({ chain, ...entry }: Linked<Entry>, keys: AuditKeys): boolean {
  const { key, signature, ...place } = chain
  return keys.isGenuine({ ...entry, chain: place, key, signature })
}

export const headOf = ({ chain: { writer, seq, signature } }: Linked<Entry>, at: Date): Head => ({
  writer,
  seq,
  last: signature,
  at: at.toISOString(),
})
