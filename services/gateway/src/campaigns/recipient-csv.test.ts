import { describe, expect, it } from 'vitest'
import { type RowBatch, recipientRows, UnreadableList } from './recipient-csv.ts'

describe('an uploaded list', () => {
  it('is read with or without a byte order mark, and however its lines end', async () => {
    for (const text of [
      'mail,name,language,ward\na@example.test,ज़ोया,hi,North\n',
      '\ufeffmail,name,language,ward\r\na@example.test,ज़ोया,hi,North',
      'Mail;Name;Language;ward\n\n"a@example.test";"ज़ोया";hi;North\n\n',
    ]) {
      const { rows, faults } = await reading(text)
      expect(faults).toEqual([])
      expect(rows).toEqual([
        {
          row: expect.any(Number),
          mail: 'a@example.test',
          key: 'a@example.test',
          name: 'ज़ोया',
          language: 'hi',
          variables: { name: 'ज़ोया', ward: 'North' },
        },
      ])
    }
  })

  it('may be cut anywhere on its way, within a letter too', async () => {
    const whole = await reading(
      'mail,name\na@example.test,ज़ोया "Z" O’Neil\nb@example.test,Bo\n'.replace(' "Z"', ''),
    )
    const bytes = Buffer.from('mail,name\na@example.test,ज़ोया O’Neil\nb@example.test,Bo\n')
    for (let size = 1; size < 8; size++) expect(await reading(bytes, size)).toEqual(whole)
  })

  it('takes what stands between quotes as one cell, however many lines it has', async () => {
    const { rows, faults } = await reading(
      'mail,name,note\nann@example.test,Ann,"Emergency contact:\nsister@example.test,Sister,call\r\nthank you, ""Ann"""\n\nbob@example.test,"Bob\nB",x\ncar@example.test,,\n',
    )
    expect(faults).toEqual([])
    expect(rows.map(({ row, mail }) => [row, mail])).toEqual([
      [2, 'ann@example.test'],
      [6, 'bob@example.test'],
      [8, 'car@example.test'],
    ])
    expect(rows[0]?.variables).toEqual({
      name: 'Ann',
      note: 'Emergency contact:\nsister@example.test,Sister,call\nthank you, "Ann"',
    })
    expect(rows[1]?.name).toBe('Bob B')
  })

  it.each([
    ['CR alone', '\r'],
    ['CRLF', '\r\n'],
  ])('loses nobody whose line ends with %s, wherever the file is cut', async (_, end) => {
    const text = ['mail,name', 'ann@example.test,Ann', 'bob@example.test,Bob', ''].join(end)
    for (let size = 1; size < 8; size++)
      expect((await reading(text, size)).rows.map(({ row, name }) => [row, name])).toEqual([
        [2, 'Ann'],
        [3, 'Bob'],
      ])
  })

  it('may end its lines now so, now so', async () => {
    const { rows } = await reading(
      'mail,name\na@example.test,A\rb@example.test,B\r\nc@example.test,C\n\rd@example.test,D',
    )
    expect(rows.map(({ name }) => name)).toEqual(['A', 'B', 'C', 'D'])
  })

  it.each([
    ['an empty column', 'mail,name,\nann@example.test,Ann,\n'],
    ['many of them, between others too', 'mail,,name,,,\nann@example.test,,Ann,,,,,\n'],
    ['left-out cells at the end', 'mail,name,language\nann@example.test,Ann\n'],
    ['rows of nothing', ',,\nmail,name\n,\nann@example.test,Ann\n,\n"",""\n   \n\t,\n'],
    ['its separator in a line of its own', '\ufeffsep=;\r\nmail;name\r\nann@example.test;Ann\r\n'],
    ['that line with quotes and separators', '"sep=|"||\nmail|name\nann@example.test|Ann\n'],
    [
      'semicolons, and a comma in the header',
      'mail;"name";"a, b";\nann@example.test;Ann'.replace('"a, b"', '""'),
    ],
    ['tabs', 'mail\tname\nann@example.test\tAnn\n'],
    ['quotes round everything', '"Mail","Name"\n"ann@example.test","Ann"\n'],
  ])('may have, as spreadsheets write it, %s', async (_, text) => {
    const { rows, faults } = await reading(text)
    expect([rows.length, faults]).toEqual([1, []])
    expect(rows[0]).toMatchObject({ mail: 'ann@example.test', name: 'Ann', language: 'en' })
  })

  it.each(['utf-16le', 'utf-16be'])('may be Unicode Text of Excel (%s), cut anywhere', async (encoding) => {
    const text = Buffer.from('\ufeffmail\tname\r\na@example.test\tज़ोया\r\n', 'utf16le')
    const bytes = encoding === 'utf-16le' ? text : text.swap16()
    for (const size of [1, 3, 1_000]) expect((await reading(bytes, size)).rows[0]?.name).toBe('ज़ोया')
  })

  it('refuses one record for a quote in a bare cell, and reads on', async () => {
    const { rows, faults } = await reading(
      'mail,name\na@example.test,"A, ""a"""\nb@example.test,bro"ken" pipe"\nc@example.test,C\n',
    )
    expect(rows.map(({ name }) => name)).toEqual(['A, "a"', 'C'])
    expect(faults).toEqual([{ row: 3, column: '', reason: 'A cell has a quote and does not begin with one' }])
  })

  it.each([
    ['never', 'mail,name\n\na@example.test,"A\na"\nb@example.test,"never\nc@example.test,C\n', 5],
    ['not before 64 KB', `mail,name\nb@example.test,"${'x\n'.repeat(40_000)}`, 2],
    ['in the middle of a cell', 'mail,name\na@example.test,"A\nb@example.test,"B"x\n', 2],
  ])('is refused with the line on which a quote opens that is closed %s', async (_, text, row) => {
    await expect(reading(text, 100)).rejects.toMatchObject({
      code: 'BROKEN_QUOTES',
      row,
      message: expect.stringContaining(`line ${row} `),
    })
  })

  it.each([
    ['two@example.test,too,many', '', 'Cell 3 has a value and its column has no name'],
    ['nowhere,N', 'mail', 'An address contains one @.'],
    ['"a@example.test,b@example.test",N', 'mail', expect.stringContaining('bare address')],
    [`a@example.test,${'x'.repeat(201)}`, 'name', 'Is too long'],
    ['a@example.test,N\u0007', 'name', 'Holds a character that cannot be seen'],
  ])('tells of %s where it is wrong, and does not repeat it', async (line, column, reason) => {
    const { rows, faults } = await reading(`mail,name\n${line}\n`)
    expect([rows, faults]).toEqual([[], [{ row: 2, column, reason }]])
  })

  it('knows two languages, and takes English where none is named', async () => {
    const { rows, faults } = await reading('mail,language\na@example.test,\nb@example.test,fr\n')
    expect([rows[0]?.language, rows[0]?.name]).toEqual(['en', 'a@example.test'])
    expect(faults).toEqual([{ row: 3, column: 'language', reason: 'Must be en or hi' }])
  })

  it.each([
    ['Latin-1', Buffer.from('mail,name\na@example.test,Jos\xe9\n', 'latin1'), 'NOT_UTF8'],
    ['UTF-16 without its mark', Buffer.from('mail,name\n', 'utf16le'), 'NOT_UTF8'],
    ['half a letter of UTF-16', Buffer.from('\ufeffmail\n', 'utf16le').subarray(0, 9), 'NOT_UTF8'],
    ['nothing', Buffer.from(''), 'EMPTY'],
    ['only a mark', Buffer.from('\ufeff\n\n'), 'EMPTY'],
    ['no header', Buffer.from('a@example.test,Ada\n'), 'BAD_HEADER'],
    ['a column twice', Buffer.from('mail,mail\n'), 'BAD_HEADER'],
    ['a column called like a value of the hospital', Buffer.from('mail,hospitalName\n'), 'BAD_HEADER'],
    ['__proto__ as a column', Buffer.from('mail,__proto__\n'), 'BAD_HEADER'],
    ['a line without end', Buffer.from(`mail\n${'x'.repeat(70_000)}`), 'LINE_TOO_LONG'],
  ])('that is %s is refused as a whole', async (_, bytes, code) => {
    const refusal = await reading(bytes, 1_000).catch((error: unknown) => error)
    expect(refusal).toBeInstanceOf(UnreadableList)
    expect((refusal as UnreadableList).code).toBe(code)
    expect(String(refusal)).not.toContain('Ada')
  })

  it('finds the line from which on it is no UTF-8', async () => {
    const bytes = Buffer.from('mail,name\na@example.test,A\nb@example.test,Jos\xe9\n', 'latin1')
    await expect(reading(bytes, 4)).rejects.toMatchObject({ code: 'NOT_UTF8', row: 3 })
  })
})

async function reading(text: string | Buffer, size = 1_000_000) {
  const bytes = Buffer.from(text)
  const batches: RowBatch[] = []
  for await (const batch of recipientRows(chunks(bytes, size))) batches.push(batch)
  return { rows: batches.flatMap(({ rows }) => rows), faults: batches.flatMap(({ faults }) => faults) }
}

async function* chunks(bytes: Buffer, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}
