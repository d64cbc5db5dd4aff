import { describe, expect, it } from 'vitest'
import { type RowBatch, recipientRows, UnreadableList } from './recipient-rows.ts'

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
          variables: { ward: 'North' },
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

  it('loses to broken quotes the lines that have them, and none that follow', async () => {
    const { rows, faults } = await reading(
      'mail,name\na@example.test,"A, a"\nb@example.test,bro"ken\nc@example.test,"never closed\nd@example.test,"D"x\ne@example.test,E\n',
    )
    expect(rows.map(({ name }) => name)).toEqual(['A, a', 'E'])
    expect(faults.map(({ row }) => row)).toEqual([3, 4, 5])
  })

  it.each([
    ['two@example.test,too,many', '', 'Has 3 cells; the header names 2'],
    ['alone@example.test', '', 'Has 1 cells; the header names 2'],
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
    ['UTF-16', Buffer.from('\ufeffmail,name\n', 'utf16le'), 'NOT_UTF8'],
    ['nothing', Buffer.from(''), 'EMPTY'],
    ['only a mark', Buffer.from('\ufeff\n\n'), 'EMPTY'],
    ['no header', Buffer.from('a@example.test,Ada\n'), 'BAD_HEADER'],
    ['a column twice', Buffer.from('mail,mail\n'), 'BAD_HEADER'],
    ['a nameless column', Buffer.from('mail,\n'), 'BAD_HEADER'],
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
