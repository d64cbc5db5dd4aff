import { bsonType, endOfName, endOfValue } from './bson-layout.ts'
import { type Field, fieldNamed } from './field-tree.ts'

/** Where the wanted values of one document stand. Made once per file and filled again for each document. */
export interface Places {
  /** By slot; 0 where the document has no such value. */
  readonly types: Uint8Array
  readonly offsets: Uint32Array
}

const dollar = 0x24

/**
 * Notes where each wanted value stands in the document between `at` and `end`. Of fields with the same name the last one
 * counts, as everywhere. False for a document whose shape only a real decoder understands.
 */
export function locateValues(
  fields: readonly Field[],
  bytes: Uint8Array,
  at: number,
  end: number,
  places: Places,
): boolean {
  places.types.fill(0)
  return walk(fields, bytes, at, end, places, false)
}

function walk(
  fields: readonly Field[],
  bytes: Uint8Array,
  at: number,
  end: number,
  places: Places,
  isInside: boolean,
): boolean {
  const last = end - 1
  let position = at + 4
  let next = 0
  while (position < last) {
    const type = bytes[position] as number
    const name = position + 1
    // An object with such names may be a reference, which the decoder makes something else of.
    if (isInside && bytes[name] === dollar) return false
    const found = fieldNamed(fields, next, bytes, name, last)
    if (found < 0) {
      position = endOfValue(bytes, type, endOfName(bytes, name, last), last)
      continue
    }
    const field = fields[found] as Field
    const value = name + field.name.length + 1
    position = endOfValue(bytes, type, value, last)
    for (let i = 0; i < field.slots.length; i++) places.types[field.slots[i] as number] = 0
    if (field.slot >= 0) {
      places.types[field.slot] = type
      places.offsets[field.slot] = value
    }
    if (field.inside.length > 0) {
      if (type === bsonType.object) {
        if (!walk(field.inside, bytes, value, position, places, true)) return false
      } else if (type !== bsonType.null && type !== bsonType.undefined) return false
    }
    next = found + 1
  }
  return true
}
