/** The fields that a file's columns come from, as they lie inside each other in a document. */
export interface Field {
  /** In UTF-8, without the NUL. */
  readonly name: Uint8Array
  /** Where the value's place is noted, or -1 when only something inside it is wanted. */
  readonly slot: number
  readonly inside: readonly Field[]
  /** All slots of this field and of what lies inside it. */
  readonly slots: readonly number[]
}

/** Resolves dotted paths once per file. Slot n belongs to path n. */
export function fieldTree(paths: readonly string[]): readonly Field[] {
  return fieldsOf(paths.map((path, slot) => ({ names: path.split('.'), slot })))
}

interface Wanted {
  readonly names: readonly string[]
  readonly slot: number
}

function fieldsOf(wanted: readonly Wanted[]): readonly Field[] {
  const byName = Map.groupBy(wanted, ({ names: [first = ''] }) => first)
  return Array.from(byName, ([name, here]) => ({
    name: new TextEncoder().encode(name),
    slot: here.find(({ names }) => names.length === 1)?.slot ?? -1,
    inside: fieldsOf(
      here
        .filter(({ names }) => names.length > 1)
        .map(({ names, slot }) => ({ names: names.slice(1), slot })),
    ),
    slots: here.map(({ slot }) => slot),
  }))
}

/**
 * Which of these fields has the name that stands here. Documents of one collection have their fields in one order, so
 * the search begins where the last one was found. -1 for none.
 */
export function fieldNamed(
  fields: readonly Field[],
  from: number,
  bytes: Uint8Array,
  at: number,
  last: number,
): number {
  for (let tried = 0, index = from; tried < fields.length; tried++, index++) {
    if (index >= fields.length) index = 0
    if (isNamed((fields[index] as Field).name, bytes, at, last)) return index
  }
  return -1
}

function isNamed(name: Uint8Array, bytes: Uint8Array, at: number, last: number): boolean {
  const { length } = name
  if (length >= last - at || bytes[at + length] !== 0) return false
  for (let i = 0; i < length; i++) if (name[i] !== bytes[at + i]) return false
  return true
}
