import type { ColumnType } from '@rounds/contracts/http'
import { guarded } from '@rounds/service/formula-guard'
import fc from 'fast-check'
import { Decimal128, Long, ObjectId } from 'mongodb'
import { describe, expect, it } from 'vitest'
import type { CsvColumn, CsvOptions, Row } from './encoder.ts'
import { json2csvEncoder } from './json2csv-encoder.ts'

describe('a file', () => {
  it('begins with its titles and ends every line with CRLF, the last one too', () => {
    expect(fileOf([column('text', 'a'), column('text', 'b')], [{ a: 'x', b: 'y' }])).toBe('a,b\r\nx,y\r\n')
  })

  it('of no rows is its titles', () => {
    expect(fileOf([column('text')], [])).toBe('value\r\n')
  })

  it('has a byte order mark only for Excel', () => {
    const header = (flavour: CsvOptions['flavour']) =>
      [...json2csvEncoder([column('text')], { flavour, zone: 'UTC' }).header].slice(0, 3)
    expect(header('excel')).toEqual([0xef, 0xbb, 0xbf])
    expect(header('standard')).toEqual([...Buffer.from('val')])
  })

  it('is the same however its rows were cut into batches', () => {
    const rows = ['1', '', 'x,y', '=1'].map((value) => ({ value }))
    const encoder = json2csvEncoder([column('text')], standard)
    const cut = rows.map((row) => Buffer.from(encoder.encode([row]))).join('')
    expect(cut).toBe(Buffer.from(encoder.encode(rows)).toString())
  })

  it('keeps a row of nothing but empty cells', () => {
    const columns = [column('text', 'a'), column('integer', 'b')]
    expect(fileOf(columns, [{}, { a: null }])).toBe('a,b\r\n,\r\n,\r\n')
  })

  it('quotes an empty cell that is alone in its line, since readers skip empty lines', () => {
    expect(cells('text', [''])).toEqual(['""'])
  })

  it('reads values from inside a document, and nothing from where there is nothing', () => {
    const columns = [{ ...column('text'), path: 'patient.name' }]
    expect(fileOf(columns, [{ patient: { name: 'Asha' } }, { patient: null }, {}])).toBe(
      'value\r\nAsha\r\n""\r\n""\r\n',
    )
  })
})

describe('text', () => {
  it.each([
    ['plain', 'plain'],
    [' spaces stay ', ' spaces stay '],
    ['a,b', '"a,b"'],
    ['say "ah"', '"say ""ah"""'],
    ['two\nlines', '"two\nlines"'],
    ['two\rlines', '"two\rlines"'],
    ['रवि शर्मा', 'रवि शर्मा'],
    [`it's`, `it's`],
    [null, '""'],
    [undefined, '""'],
    [true, 'true'],
    [{ a: 1 }, '"{""a"":1}"'],
  ])('writes %j as %j', (value, cell) => {
    expect(cells('text', [value])).toEqual([cell])
  })

  it.each(['=', '+', '-', '@', '\t', '\r', '\n', '\0', '＝', '＋', '－', '＠'])(
    'never lets a spreadsheet see a formula that begins with %j',
    (sign) => {
      expect(cells('text', [`${sign}1+1`])).toEqual([`"'${sign}1+1"`])
      expect(cells('text', [`1${sign === '\n' || sign === '\r' ? '' : sign}1`])[0]).not.toContain("'")
    },
  )
})

describe('the guard', () => {
  it.each([
    '-5',
    '-1,23,456.50',
    '+4.5e-7',
    '-.5',
    '-12%',
    '+919845000000',
    '+91 98450 00000',
    '+91-98450-00000',
    '+1 (415) 555-2671',
  ])('leaves %s to other software, and keeps it text for Excel', (value) => {
    const unquoted = (options: CsvOptions) => cells('text', [value], options)[0]?.replaceAll('"', '')
    expect([unquoted(standard), unquoted(excel)]).toEqual([value, `'${value}`])
  })

  it.each(['-5+1', '+A1', '-2*3', '+91 98450 00000|x', '-', '+', '--5', '@5', `-${'5'.repeat(80)}`])(
    'guards %s for everybody',
    (value) => {
      for (const options of [standard, excel])
        expect(cells('text', [value], options)).toEqual([`"'${value}"`])
    },
  )

  it('makes of no two values one, and taking its apostrophe off gives the value back', () => {
    const bit = fc.constantFrom("'", '=', '-', '+', '5', '9', 'a', 'E', '.', '@', '＝', ' ', '/', 'mar')
    const value = fc.array(bit, { maxLength: 7 }).map((bits) => bits.join(''))
    const type = fc.constantFrom<ColumnType>('text', 'identifier')
    fc.assert(
      fc.property(type, fc.constantFrom(standard, excel), value, value, (type, options, one, other) => {
        const [written, beside, guardedOnce] = cells(type, [one, other, `'${one}`], options)
        if (one !== other) expect(written).not.toBe(beside)
        expect(guardedOnce).not.toBe(written)
        const read = parsed(`${written}\r\n`)[0]?.[0] ?? ''
        expect([one, `'${one}`]).toContain(read)
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('typed columns', () => {
  it('leave signs to numbers', () => {
    expect(cells('integer', [-5, 0, 5n, Long.fromString('9007199254740993')])).toEqual([
      '-5',
      '0',
      '5',
      '9007199254740993',
    ])
    expect(cells('decimal', [Decimal128.fromString('-450.50'), Decimal128.fromString('1E+3'), 1e-7])).toEqual(
      ['-450.50', '1000', '0.0000001'],
    )
  })

  it('write identifiers as they are for other software, but for formulas', () => {
    const id = new ObjectId('65a000000000000000000001')
    expect(cells('identifier', [id, '-007', '00042', '=1+1', '-1+cmd'])).toEqual([
      id.toHexString(),
      '-007',
      '00042',
      `"'=1+1"`,
      `"'-1+cmd"`,
    ])
  })

  it.each([
    '00042',
    '9007199254740993123',
    '-007',
    '12E5',
    '1-2',
    '1/2',
    '10:30',
    'MAR1',
    'dec-12',
    '2-sept-26',
    'TRUE',
    '9 p',
    '4,2',
    '٠٠٧',
    "'00042",
  ])('keep Excel from reading the identifier %s as something else', (value) => {
    const [cell = ''] = cells('identifier', [value], excel)
    expect(cell.replaceAll('"', '')).toBe(`'${value}`)
  })

  it.each([
    'P-00042',
    'appointment-17',
    '65a000000000000000000001',
    'DR-1E5',
    'march of progress',
    'e5',
    'ज़1',
  ])('leave the identifier %s to Excel, which reads it as text', (value) => {
    expect(cells('identifier', [value], excel)).toEqual([value])
  })

  it('write instants in the hospital’s zone, for machines or for people', () => {
    const at = new Date('2026-01-31T04:00:00Z')
    expect(cells('instant', [at], { ...standard, zone: 'Asia/Kolkata' })).toEqual([
      '2026-01-31T09:30:00+05:30',
    ])
    expect(cells('instant', [at], { flavour: 'excel', zone: 'Asia/Kolkata' })).toEqual(['31-Jan-2026 09:30'])
    expect(() => cells('instant', [new Date(Number.NaN)])).toThrow(RangeError)
  })

  it('write days as days, whatever the zone', () => {
    expect(cells('day', ['2026-01-31'], { ...standard, zone: 'Pacific/Apia' })).toEqual(['2026-01-31'])
    expect(cells('day', ['2026-01-31'], { flavour: 'excel', zone: 'Asia/Kolkata' })).toEqual(['31-Jan-2026'])
  })

  it.each<ColumnType>(['integer', 'decimal', 'instant', 'day', 'text'])(
    'of type %s guard what is not of their type',
    (type) => {
      expect(cells(type, ['=HYPERLINK("http://example.test")'])).toEqual([
        `"'=HYPERLINK(""http://example.test"")"`,
      ])
    },
  )
})

it('any text, read back by the rules of RFC 4180, is what it was, but for the apostrophe', () => {
  const text = fc.string({ unit: 'grapheme' }).map((one) => one.toWellFormed())
  const awkward = fc.string({ unit: fc.constantFrom(...'",\r\n=+-@\t\0\'＝a ') })
  const row = fc.array(fc.oneof(text, awkward, fc.constantFrom(null, undefined)), {
    minLength: 3,
    maxLength: 3,
  })
  fc.assert(
    fc.property(fc.array(row), (rows) => {
      const columns = ['a', 'b', 'c'].map((name) => column('text', name))
      const file = fileOf(
        columns,
        rows.map(([a, b, c]) => ({ a, b, c })),
      )
      expect(parsed(file)).toEqual([['a', 'b', 'c'], ...rows.map((values) => values.map(asRead))])
    }),
  )
})

it('any number, read back, is what it was', () => {
  fc.assert(
    fc.property(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.maxSafeInteger(),
      (decimal, integer) => {
        const columns = [column('decimal', 'decimal'), column('integer', 'integer')]
        const [, [first, second] = []] = parsed(fileOf(columns, [{ decimal, integer }]))
        expect([Number(first), Number(second)]).toEqual([decimal === 0 ? 0 : decimal, integer])
      },
    ),
  )
})

it('any instant, read back, is what it was, in any zone', () => {
  const zone = fc.constantFrom(
    'Asia/Kolkata',
    'America/New_York',
    'Australia/Lord_Howe',
    'Africa/Casablanca',
    'UTC',
  )
  const date = fc.date({ min: new Date('1850-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
  fc.assert(
    fc.property(zone, fc.array(date), (zone, dates) => {
      expect(cells('instant', dates, { ...standard, zone }).map((cell) => new Date(cell))).toEqual(dates)
    }),
  )
})

const standard: CsvOptions = { flavour: 'standard', zone: 'UTC' }
const excel: CsvOptions = { flavour: 'excel', zone: 'UTC' }

const column = (type: ColumnType, name = 'value'): CsvColumn => ({ id: name, header: name, type, path: name })

function fileOf(columns: readonly CsvColumn[], rows: readonly Row[], options = standard): string {
  const { header, encode } = json2csvEncoder(columns, options)
  return Buffer.concat([header, encode(rows)]).toString()
}

/** What one column makes of these values, line by line; only for values that make one line each. */
function cells(type: ColumnType, values: readonly unknown[], options = standard): string[] {
  const { encode } = json2csvEncoder([column(type)], options)
  return values.map((value) =>
    Buffer.from(encode([{ value }]))
      .toString()
      .slice(0, -2),
  )
}

const asRead = (value: string | null | undefined) => guarded(value ?? '', 'standard')

/** RFC 4180, and nothing else. */
function parsed(file: string): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/y
  while (cell.lastIndex < file.length) {
    const at = cell.lastIndex
    const [, quoted, bare, end] = cell.exec(file) ?? []
    if (!end) throw new Error(`not RFC 4180 at ${at}`)
    row.push(quoted === undefined ? (bare ?? '') : quoted.replaceAll('""', '"'))
    if (end === ',') continue
    rows.push(row)
    row = []
  }
  return rows
}
