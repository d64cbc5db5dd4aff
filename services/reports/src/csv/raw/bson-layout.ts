/** What came is not the BSON it says it is. Whoever reads on would read something else. */
export class BrokenBsonError extends Error {
  override readonly name = 'BrokenBsonError'
}

/** Marks of the types that are told apart here; bsonspec.org has them all. */
export const bsonType = {
  double: 0x01,
  string: 0x02,
  object: 0x03,
  array: 0x04,
  undefined: 0x06,
  objectId: 0x07,
  date: 0x09,
  null: 0x0a,
  int32: 0x10,
  int64: 0x12,
  decimal128: 0x13,
} as const

export const int32At = (bytes: Uint8Array, at: number): number =>
  (bytes[at] as number) |
  ((bytes[at + 1] as number) << 8) |
  ((bytes[at + 2] as number) << 16) |
  ((bytes[at + 3] as number) << 24)

/** Where the document that begins here ends, its terminator included. It lies before `limit` as a whole. */
export function endOfDocument(bytes: Uint8Array, at: number, limit: number): number {
  if (limit - at < 5) throw new BrokenBsonError('a document is cut off')
  const length = int32At(bytes, at)
  if (length < 5 || length > limit - at) throw new BrokenBsonError('a document is not as long as it says')
  if (bytes[at + length - 1] !== 0) throw new BrokenBsonError('a document does not end')
  return at + length
}

/** The first byte after the NUL that ends the name here. `last` is the terminator of the document around it. */
export function endOfName(bytes: Uint8Array, at: number, last: number): number {
  let end = at
  while (end < last && bytes[end] !== 0) end++
  if (end >= last) throw new BrokenBsonError('a name does not end')
  return end + 1
}

/** The first byte after the value here, checked to lie before `last` as a whole. Looks at no byte beyond. */
export function endOfValue(bytes: Uint8Array, type: number, at: number, last: number): number {
  const end = at + sizeOf(bytes, type, at, last)
  if (end > last) throw new BrokenBsonError('a value is cut off')
  return end
}

function sizeOf(bytes: Uint8Array, type: number, at: number, last: number): number {
  switch (type) {
    case 0x01: // double
    case 0x09: // date
    case 0x11: // timestamp
    case 0x12: // int64
      return 8
    case 0x02: // string
    case 0x0d: // code
    case 0x0e: // symbol
      return sizeOfString(bytes, at, last)
    case 0x03: // object
    case 0x04: // array
      return endOfDocument(bytes, at, last) - at
    case 0x05: // binary
      return 5 + lengthAt(bytes, at, last, 0)
    case 0x06: // undefined
    case 0x0a: // null
    case 0x7f: // max key
    case 0xff: // min key
      return 0
    case 0x07: // ObjectId
      return 12
    case 0x08: // boolean
      return 1
    case 0x0b: // regular expression
      return endOfName(bytes, endOfName(bytes, at, last), last) - at
    case 0x0c: // DBPointer
      return sizeOfString(bytes, at, last) + 12
    case 0x0f: // code with scope
      return lengthAt(bytes, at, last, 14)
    case 0x10: // int32
      return 4
    case 0x13: // Decimal128
      return 16
    default:
      throw new BrokenBsonError('a value is of no known type')
  }
}

function sizeOfString(bytes: Uint8Array, at: number, last: number): number {
  const length = lengthAt(bytes, at, last, 1)
  if (length > last - at - 4) throw new BrokenBsonError('a text is cut off')
  if (bytes[at + 3 + length] !== 0) throw new BrokenBsonError('a text does not end')
  return 4 + length
}

function lengthAt(bytes: Uint8Array, at: number, last: number, least: number): number {
  if (last - at < 4) throw new BrokenBsonError('a length is cut off')
  const length = int32At(bytes, at)
  if (length < least) throw new BrokenBsonError('a length is too small')
  return length
}

/** Where the next document of a BSON array begins, with its length; `last` is the array's terminator. */
export function startOfDocument(bytes: Uint8Array, at: number, last: number): number {
  if (bytes[at] !== bsonType.object) throw new BrokenBsonError('a batch holds something else than documents')
  return endOfName(bytes, at + 1, last)
}

/** The documents of a BSON array, one after the other, not copied. */
export function* documentsIn(batch: Uint8Array): Generator<Uint8Array, void, undefined> {
  const last = endOfDocument(batch, 0, batch.length) - 1
  for (let at = 4; at < last; ) {
    const start = startOfDocument(batch, at, last)
    at = endOfDocument(batch, start, last)
    yield batch.subarray(start, at)
  }
}
