import type { Change } from '../src/changelog.ts'

/** What may be read of a JSON Schema here: enough to tell whether old copies of an event stay readable. */
export interface Schema {
  readonly type?: string
  readonly const?: unknown
  readonly anyOf?: readonly Schema[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly [keyword: string]: unknown
}

/** Keywords that only explain; changing them breaks nobody. */
const prose = new Set(['description', 'title', '$id', '$schema', 'properties', 'required'])

/** Fields that `next` has and the released `before` had not, as JSON Pointers. */
export function additions(before: Schema, next: Schema, at = ''): string[] {
  return Object.entries(next.properties ?? {}).flatMap(([name, schema]) => {
    const known = before.properties?.[name]
    return known ? additions(known, schema, `${at}/${name}`) : [`${at}/${name}`]
  })
}

/**
 * Why `next` cannot stand in for the released `before`, one line per reason; empty when it can.
 *
 * Allowed: a new optional field, and other words in a description. Everything else either makes old copies in the
 * stream unreadable, or surprises hearers of the released shape.
 */
export function breaks(before: Schema, next: Schema, at = ''): string[] {
  const reasons: string[] = []
  const known = before.properties ?? {}
  const now = next.properties ?? {}
  for (const [name, schema] of Object.entries(known)) {
    const successor = now[name]
    if (!successor) reasons.push(`${at}/${name} is gone`)
    else reasons.push(...breaks(schema, successor, `${at}/${name}`))
  }
  const required = new Set(before.required ?? [])
  for (const name of next.required ?? [])
    if (!required.has(name)) reasons.push(`${at}/${name} became required`)
  for (const name of required)
    if (!next.required?.includes(name)) reasons.push(`${at}/${name} became optional`)
  for (const keyword of new Set([...Object.keys(before), ...Object.keys(next)])) {
    if (prose.has(keyword)) continue
    if (JSON.stringify(before[keyword]) !== JSON.stringify(next[keyword]))
      reasons.push(`${at || '/'} changed its ${keyword}`)
  }
  return reasons
}

/** What is in `next` and no line of the changelog tells: it came to be, or a field came to it. */
export function untold(before: Schema | undefined, next: Schema, changes: readonly Change[]): string[] {
  if (changes.length === 0) return ['was never said to be released']
  if (!before) return []
  const told = new Set(changes.flatMap(({ adds = [] }) => adds))
  return additions(before, next)
    .filter((pointer) => !told.has(pointer))
    .map((pointer) => `${pointer} came without a line in libs/contracts/src/changelog.ts`)
}
