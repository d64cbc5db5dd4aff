import fc from 'fast-check'
import {
  Binary,
  BSON,
  BSONRegExp,
  Code,
  Decimal128,
  type Document,
  Long,
  MaxKey,
  ObjectId,
  Timestamp,
} from 'mongodb'
import { describe, expect, it } from 'vitest'
import { bsonBatch, spoilt } from '../../../test/bson-batch.ts'
import { carefulEncoder } from '../careful-encoder.ts'
import type { CsvOptions, FlatColumn, Lines, Row } from '../encoder.ts'
import { json2csvEncoder } from '../json2csv-encoder.ts'
import { documentOf } from '../mongo-documents.ts'
import { BrokenBsonError } from './bson-layout.ts'
import { rawEncoder } from './raw-encoder.ts'

const types = ['text', 'identifier', 'instant', 'day', 'integer', 'decimal'] as const
const columns: readonly FlatColumn[] = [
  ...types.map((type) => ({ id: type, header: type, type, path: type })),
  { id: 'name', header: 'Name', type: 'text', path: 'patient.name' },
  { id: 'number', header: 'Number', type: 'identifier', path: 'patient.number' },
  { id: 'again', header: 'Again', type: 'text', path: 'text' },
]

describe('the raw encoder', { timeout: 60_000 }, () => {
  it('writes, byte for byte, what json2csv makes of the same documents', () => {
    fc.assert(
      fc.property(fc.array(document()), options(), (documents, how) => {
        const batch = bsonBatch(documents)
        expect(text(encoderFor(how).encode(batch))).toBe(oracle(batch, how))
      }),
      { numRuns: 500 },
    )
  })

  it('writes a single column as json2csv does, empty cells too', () => {
    fc.assert(
      fc.property(fc.constantFrom(...columns), fc.array(document()), options(), (column, documents, how) => {
        const batch = bsonBatch(documents)
        const { bytes } = rawEncoder([column], how, documentOf).encode(batch)
        expect(Buffer.from(bytes).toString()).toBe(oracle(batch, how, [column]))
      }),
    )
  })

  it('writes every amount as its decimal is', () => {
    const amount = fc.tuple(
      fc.bigInt({ min: -(10n ** 34n) + 1n, max: 10n ** 34n - 1n }),
      fc.integer({ min: -6176, max: 6111 }),
    )
    const everyday = fc.tuple(
      fc.bigInt({ min: -(10n ** 17n), max: 10n ** 17n }),
      fc.integer({ min: -20, max: 3 }),
    )
    fc.assert(
      fc.property(fc.oneof(amount, everyday), ([digits, exponent]) => {
        const batch = bsonBatch([{ decimal: Decimal128.fromString(`${digits}E${exponent}`) }])
        expect(text(encoder.encode(batch))).toBe(oracle(batch, standard))
      }),
      { numRuns: 500 },
    )
  })

  it('takes the last of several fields of one name, whatever was inside the others', () => {
    const one = (fields: Row) => BSON.serialize(fields)
    const twice = batchOf(
      joined(
        one({ text: 'a', patient: { name: 'A', number: '1' } }),
        one({ text: 'b', patient: { number: '2' } }),
      ),
    )
    expect(text(encoder.encode(twice))).toBe(oracle(twice, standard))
    const gone = batchOf(joined(one({ patient: { name: 'A' } }), one({ patient: null })))
    expect(text(encoder.encode(gone))).toBe(oracle(gone, standard))
  })

  it('is not held up by what it does not write', () => {
    const hidden = { ...everyday(), patient: { id: 'p', name: 'Asha', more: [{ deep: [1, [2]] }] } }
    const batch = bsonBatch([hidden])
    expect(text(encoder.encode(batch))).toBe(oracle(batch, standard))
  })
})

describe('a document that cannot be written', { timeout: 60_000 }, () => {
  const encoders = { raw: rawEncoder, careful: carefulEncoder }

  it.each(Object.entries(encoders))('is set aside for broken text, and the others are not: %s', (_, make) => {
    const broken = spoilt(
      bsonBatch([{ _id: 'a1', text: 'ok' }, { _id: 'a2', text: 'BROKEN' }, { _id: 'a3' }]),
    )
    const { rows, setAside, bytes } = make(columns, standard, documentOf).encode(broken)
    expect({ rows, setAside }).toEqual({
      rows: 2,
      setAside: [{ id: 'a2', column: 'text', reason: 'the text is not UTF-8' }],
    })
    expect(Buffer.from(bytes).toString().split('\r\n')).toHaveLength(3)
  })

  it.each(Object.entries(encoders))('is set aside for a date beyond all calendars: %s', (_, make) => {
    const id = new ObjectId('65a000000000000000000001')
    const batch = bsonBatch([{ _id: id, instant: new Date(0) }])
    new DataView(batch.buffer, batch.byteOffset).setBigInt64(
      Buffer.from(batch).indexOf('instant') + 8,
      2n ** 62n,
      true,
    )
    expect(make(columns, standard, documentOf).encode(batch)).toMatchObject({
      rows: 0,
      setAside: [{ id: String(id), column: 'instant', reason: 'the date is beyond all calendars' }],
    })
  })

  it.each(Object.entries(encoders))('is set aside for whatever its value throws: %s', (_, make) => {
    const odd = { _bsonTYPE: 'x', toString: 1 }
    const batch = markedAsBson(bsonBatch([{ _id: 'a1', text: odd }, { _id: odd, decimal: odd }, everyday()]))
    expect(make(columns, standard, documentOf).encode(batch)).toMatchObject({
      rows: 1,
      setAside: [
        { id: 'a1', column: 'text', reason: 'the value cannot be written' },
        { id: '', column: 'decimal', reason: 'the value cannot be written' },
      ],
    })
  })

  it.each(Object.entries(encoders))(
    'is written with an expression that JavaScript cannot have: %s',
    (_, make) => {
      const batch = bsonBatch([{ _id: 'a1', text: new BSONRegExp('(?i)a', 'm') }])
      const { rows, bytes } = make([columns[0] as FlatColumn], standard, documentOf).encode(batch)
      expect([rows, Buffer.from(bytes).toString()]).toEqual([1, '/(?i)a/m\r\n'])
    },
  )

  it.each(Object.entries(encoders))('is written when only what nobody asked for is broken: %s', (_, make) => {
    const batch = spoilt(bsonBatch([{ _id: 'a1', text: 'ok', other: 'BROKEN', patient: { id: 'BROKEN' } }]))
    expect(make(columns, standard, documentOf).encode(batch)).toMatchObject({ rows: 1, setAside: [] })
  })

  it('is the same for both, wherever the text is broken', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 8 }), (bytes) => {
        const batch = bsonBatch([{ _id: 'a', text: 'x'.repeat(bytes.length) }])
        batch.set(bytes, Buffer.from(batch).indexOf('text\0') + 9)
        const [raw, slow] = [encoder.encode(batch), careful.encode(batch)]
        expect(raw.setAside).toEqual(slow.setAside)
        expect(text(raw)).toBe(text(slow))
      }),
      { numRuns: 1_000 },
    )
  })
})

describe('bytes that are not what they say', { timeout: 60_000 }, () => {
  const good = bsonBatch([everyday(), everyday()])

  it('are refused, cut off at any byte', () => {
    for (let length = 0; length < good.length; length++) {
      expect(() => encodeAlone(good.subarray(0, length))).toThrow(BrokenBsonError)
    }
  })

  it('are never read beyond their end: what lies there changes nothing, and is not touched', () => {
    fc.assert(
      fc.property(
        mutations(good.length),
        fc.uint8Array({ minLength: 64, maxLength: 64 }),
        (changes, poison) => {
          const batch = good.slice()
          for (const [at, byte] of changes) batch[at] = byte
          const alone = outcomeOf(() => encodeAlone(batch))
          const memory = new Uint8Array(batch.length + 128).fill(0xff)
          memory.set(poison.subarray(0, 64), 0)
          memory.set(batch, 64)
          memory.set(poison, 64 + batch.length)
          expect(outcomeOf(() => encodeAlone(memory.subarray(64, 64 + batch.length)))).toEqual(alone)
        },
      ),
      { numRuns: 10_000 },
    )
  })

  it.each([-1, 0, 1, 4, 2 ** 31 - 1, -(2 ** 31)])('are refused with a length of %i anywhere', (length) => {
    const text = Buffer.from(good).indexOf('text\0') + 5
    for (const at of [0, 7, text]) {
      const batch = good.slice()
      new DataView(batch.buffer, batch.byteOffset).setInt32(at, length, true)
      expect(() => encodeAlone(batch)).toThrow(BrokenBsonError)
    }
  })

  it('may be nested as deep as they like where nobody looks', () => {
    let deep: Uint8Array = BSON.serialize({})
    for (let depth = 0; depth < 2_000; depth++) deep = nested(deep)
    const document = joined(BSON.serialize({ text: 'a' }), nested(deep, 'other'))
    expect(encodeAlone(batchOf(document)).rows).toBe(1)
  })
})

const standard: CsvOptions = { flavour: 'standard', zone: 'Asia/Kolkata' }
const encoder = rawEncoder(columns, standard, documentOf)
const careful = carefulEncoder(columns, standard, documentOf)
const encodeAlone = (batch: Uint8Array) => encoder.encode(batch)
const text = (lines: Lines) => Buffer.from(lines.bytes).toString()

/** What json2csv makes of what the decoder makes of it; a document that it cannot write is left out. */
function oracle(batch: Uint8Array, options: CsvOptions, of = columns): string {
  const { encode } = remembered(`json2csv ${JSON.stringify([of, options])}`, () =>
    json2csvEncoder(of, options),
  )
  const lines = Object.values(BSON.deserialize(batch) as Record<string, Row>).map((row) => {
    try {
      return Buffer.from(encode([row])).toString()
    } catch (error) {
      if (error instanceof RangeError) return ''
      throw error
    }
  })
  return lines.join('')
}

/** Making one asks Intl about a zone, which takes longer than a thousand rows. */
const encoderFor = (options: CsvOptions) =>
  remembered(`raw ${JSON.stringify(options)}`, () => rawEncoder(columns, options, documentOf))

const made = new Map<string, unknown>()

function remembered<Made>(key: string, make: () => Made): Made {
  const found = (made.get(key) as Made | undefined) ?? make()
  made.set(key, found)
  return found
}

function everyday() {
  return {
    _id: new ObjectId('65a000000000000000000001'),
    text: 'a"bc',
    identifier: 'i-1',
    instant: new Date('2026-01-31T04:00:00Z'),
    day: '2026-01-31',
    integer: 5,
    decimal: Decimal128.fromString('1.50'),
    patient: { name: 'Asha', number: '1' },
    other: [1, { a: 'x' }],
  }
}

function options(): fc.Arbitrary<CsvOptions> {
  return fc.record({
    flavour: fc.constantFrom('standard', 'excel'),
    zone: fc.constantFrom(
      'Asia/Kolkata',
      'UTC',
      'America/St_Johns',
      'Australia/Lord_Howe',
      'Africa/Monrovia',
    ),
  })
}

/** Mostly what a column expects, and often enough anything that MongoDB can hold. */
function document(): fc.Arbitrary<Document> {
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: 'grapheme' }),
    fc.string({ unit: fc.constantFrom(...'",\r\n=+-@\t\0\'＝＋－＠a\u{1f600}\u{feff}\u{fffd}\ud800 ') }),
    fc.string({ unit: fc.constantFrom(..."+-0123456789 (),./:%eap'") }),
    fc.constantFrom('-5', '+91 98450 00000', "'-5", "''=1", 'MAR1', "'00042", 'true', '9 p', '٠٠٧'),
  )
  const instants = fc.oneof(
    fc.date({ noInvalidDate: true }),
    fc.date({ min: new Date('1880-01-01'), max: new Date('2080-01-01'), noInvalidDate: true }),
    fc.constantFrom(8.64e15, -8.64e15, 8.64e15 - 1, -62_167_219_200_001).map((ms) => new Date(ms)),
  )
  const days = fc.oneof(
    instants.map((at) => at.toISOString().slice(0, 10)),
    texts,
  )
  const doubles = fc.oneof(
    fc.double(),
    fc.constantFrom(-0, 1e21, 1e-7, Number.NaN, Infinity, -Infinity, 2 ** 53),
  )
  const longs = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value) => Long.fromBigInt(value))
  const decimals = fc.oneof(
    fc.integer().map((digits) => Decimal128.fromString(`${digits}E-2`)),
    fc
      .constantFrom('NaN', 'Infinity', '-Infinity', '-0', '0E-20', '0E+3', '-0.00')
      .map(Decimal128.fromString),
    fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => new Decimal128(bytes)),
  )
  const numbers = fc.oneof(fc.integer(), doubles, longs, decimals)
  const ids = fc.oneof(
    fc.uint8Array({ minLength: 12, maxLength: 12 }).map((bytes) => new ObjectId(bytes)),
    fc.constantFrom('123456789012345678901234', '1234567890123456789e1234').map((hex) => new ObjectId(hex)),
  )
  const odd = fc.constantFrom<unknown>(
    null,
    undefined,
    true,
    false,
    /a,"b/i,
    new Binary(Buffer.from('x')),
    new Code('f()'),
    new MaxKey(),
    new Timestamp({ t: 1, i: 2 }),
    { $ref: 'people', $id: 1, name: 'Asha' },
    { name: '=1', inside: ['a', { b: null }] },
    ['a', '"', { name: 'x' }],
    [],
    {},
  )
  const anything = fc.oneof(texts, instants, numbers, ids, odd)
  const mostly = (expected: fc.Arbitrary<unknown>) =>
    fc.option(fc.oneof({ weight: 8, arbitrary: expected }, { weight: 1, arbitrary: anything }), {
      nil: undefined,
    })
  const patient = fc.record(
    { id: anything, name: mostly(texts), number: mostly(fc.oneof(texts, ids)) },
    { requiredKeys: [] },
  )
  const fields = fc.record(
    {
      text: mostly(texts),
      identifier: mostly(fc.oneof(texts, ids)),
      instant: mostly(instants),
      day: mostly(days),
      integer: mostly(numbers),
      decimal: mostly(numbers),
      patient: mostly(patient),
      other: anything,
    },
    { requiredKeys: [] },
  )
  // In any order.
  return fc.tuple(fields, fc.array(fc.nat())).map(([all, order]) =>
    Object.fromEntries(
      Object.entries(all)
        .map((entry, index) => ({ entry, rank: order[index] ?? index }))
        .sort((one, two) => one.rank - two.rank)
        .map(({ entry }) => entry),
    ),
  )
}

const mutations = (length: number) =>
  fc.array(fc.tuple(fc.nat(length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 })

/** What came of it, to be compared; anything but lines and a refusal is a fault of ours. */
function outcomeOf(encode: () => Lines) {
  try {
    const { bytes, rows, setAside } = encode()
    return { text: Buffer.from(bytes).toString('latin1'), rows, setAside }
  } catch (error) {
    if (error instanceof BrokenBsonError) return 'refused'
    throw error
  }
}

/** One document with the fields of both, also where they have the same name. */
function joined(one: Uint8Array, two: Uint8Array): Uint8Array {
  return framed(Buffer.concat([one.subarray(4, -1), two.subarray(4, -1)]))
}

const nested = (document: Uint8Array, name = 'a') =>
  framed(Buffer.concat([Buffer.from(`\x03${name}\0`), document]))
const batchOf = (document: Uint8Array) => nested(document, '0')

function framed(elements: Uint8Array): Uint8Array {
  const length = Buffer.alloc(4)
  length.writeInt32LE(elements.length + 5)
  return Buffer.concat([length, elements, Buffer.alloc(1)])
}

/** With the mark of the driver's own types, which it does not write for us. */
function markedAsBson(batch: Uint8Array): Uint8Array {
  const text = Buffer.from(batch).toString('latin1').replaceAll('_bsonTYPE', '_bsontype')
  return Buffer.from(text, 'latin1')
}
