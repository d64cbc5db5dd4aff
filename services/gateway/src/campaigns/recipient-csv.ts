import { pipeline, Readable } from 'node:stream'
import type { Language } from '@rounds/contracts'
import { parseAddress } from '@rounds/mail'
import { type CsvError, type Info, parse } from 'csv-parse'

/** A row that can be sent to. */
export interface RecipientRow {
  readonly row: number
  readonly mail: string
  /** The same for every spelling of one mailbox. */
  readonly key: string
  readonly name: string
  readonly language: Language
  readonly variables: Readonly<Record<string, string>>
}

/** Why a row cannot be taken. Never repeats what stands in it. */
export interface RowFault {
  readonly row: number
  readonly column: string
  readonly reason: string
}

export interface RowBatch {
  readonly rows: readonly RecipientRow[]
  readonly faults: readonly RowFault[]
  /** Data rows in it, good or not. */
  readonly count: number
  /** What the header names beside `mail` and `language`: a text may name it. */
  readonly variables: readonly string[]
}

/** Why a whole file cannot be taken. */
export class UnreadableList extends Error {
  override readonly name = 'UnreadableList'
  readonly code: 'NOT_UTF8' | 'BAD_HEADER' | 'LINE_TOO_LONG' | 'BROKEN_QUOTES' | 'EMPTY'
  /** Line of the file, from 1. */
  readonly row: number

  constructor(detail: string, options: ErrorOptions & { code: UnreadableList['code']; row: number }) {
    super(detail, options)
    this.code = options.code
    this.row = options.row
  }
}

const rowsAtOnce = 1_000
const longestRecord = 64 * 1024
const longestName = 200
const longestValue = 500
const mostVariables = 20
const known = ['mail', 'name', 'language']
/** What a text does not name. */
const unnamed = ['mail', 'language']
/** The same in every mail and in subjects: a row cannot say something else. */
const reserved = 'hospitalName'

/**
 * Reads an uploaded list as it arrives, as RFC 4180 and spreadsheets write it: a quoted cell may hold line breaks, cells may be left out
 * at the end of a row, and rows of nothing are no rows. Throws `UnreadableList` where no row can be trusted: after a quote that is not
 * closed nobody knows which line is a recipient and which is part of a note.
 */
export async function* recipientRows(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<RowBatch> {
  const { delimiter, texts } = await delimited(decoded(bytes))
  let columns: readonly string[] | undefined
  let batch = emptyBatch()
  for await (const record of records(texts, delimiter, (fault) => void batch.faults.push(fault))) {
    if (!columns) {
      columns = readHeader(record)
      continue
    }
    const found = rowOf(record.row, columns, record.cells)
    if ('reason' in found) batch.faults.push(found)
    else batch.rows.push(found)
    if (batch.rows.length + batch.faults.length < rowsAtOnce) continue
    yield finished(batch, columns)
    batch = emptyBatch()
  }
  if (!columns) throw new UnreadableList('The file is empty.', { code: 'EMPTY', row: 1 })
  yield finished(batch, columns)
}

const emptyBatch = () => ({ rows: [] as RecipientRow[], faults: [] as RowFault[] })

const finished = (batch: ReturnType<typeof emptyBatch>, columns: readonly string[]): RowBatch => ({
  ...batch,
  count: batch.rows.length + batch.faults.length,
  variables: columns.filter((column) => column !== '' && !unnamed.includes(column)),
})

/** The text of the file; every line ends with LF, whichever of the three it ended with. */
async function* decoded(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let decoder: TextDecoder | undefined
  let held = new Uint8Array()
  let [row, carry] = [1, '']
  const read = (chunk: Uint8Array | undefined) => {
    decoder ??= decoderFor(held)
    const text = carry + decoder.decode(chunk, { stream: chunk !== undefined })
    // What follows may be the other half of this line end.
    carry = chunk && text.endsWith('\r') ? '\r' : ''
    const lines = text.slice(0, text.length - carry.length).replaceAll(/\r\n?/g, '\n')
    row += lines.split('\n').length - 1
    return lines
  }
  try {
    for await (const chunk of bytes) {
      if (decoder) {
        yield read(chunk)
        continue
      }
      held = Buffer.concat([held, chunk])
      if (held.length >= byteOrderMarkBytes) yield read(held)
    }
    if (!decoder) yield read(held)
    yield read(undefined)
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    throw notUtf8(row, error)
  }
}

const byteOrderMarkBytes = 2

/** “Unicode Text” of Excel is UTF-16 and says so; everything else has to be UTF-8: guessing Latin-1 would turn names into other names. */
function decoderFor([first, second]: Uint8Array): TextDecoder {
  const isLittle = first === 0xff && second === 0xfe
  const isBig = first === 0xfe && second === 0xff
  return new TextDecoder(isLittle ? 'utf-16le' : isBig ? 'utf-16be' : 'utf-8', { fatal: true })
}

const notUtf8 = (row: number, cause?: unknown) =>
  new UnreadableList('The file is not UTF-8, but probably Latin-1. Save it as “CSV UTF-8”.', {
    code: 'NOT_UTF8',
    row,
    cause,
  })

/** Reads as far as the header, to learn what stands between the cells: a line `sep=` says it, or the header shows it. */
async function delimited(
  texts: AsyncGenerator<string>,
): Promise<{ readonly delimiter: string; readonly texts: AsyncGenerator<string> }> {
  let head = ''
  let isOver = false
  let delimiter: string | undefined
  for (;;) {
    const declared = declaration.exec(head)
    // The line stays as an empty one, so that the others keep their numbers.
    if (declared) head = head.slice(declared[0].length)
    delimiter ??= declared?.[1]
    const header = (isOver ? /^[\s,;]*([^\n]*\S[^\n]*)/ : /^[\s,;]*([^\n]*\S[^\n]*)\n/).exec(head)?.[1]
    if (header?.includes('\0')) throw notUtf8(1)
    if (header !== undefined) delimiter ??= delimiterOf(header)
    if (delimiter !== undefined || isOver || head.length > longestRecord) break
    const next = await texts.next()
    if (next.done) isOver = true
    else head += next.value
  }
  return { delimiter: delimiter ?? ',', texts: startingWith(head, texts) }
}

/** What Excel reads and some programs write above the header. */
const declaration = /^\s*"?sep=([^\n"])"?[ \t,;|]*(?=\n)/i

async function* startingWith(head: string, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  yield head
  yield* rest
}

/** As spreadsheets of different countries write it: what makes most columns of the header, one of them `mail`. */
function delimiterOf(header: string): string | undefined {
  const cellsBy = (delimiter: string) =>
    header.split(delimiter).map((cell) =>
      cell
        .trim()
        .replace(/^"(.*)"$/, '$1')
        .trim()
        .toLowerCase(),
    )
  return [',', ';', '\t', '|']
    .map((delimiter) => ({ delimiter, cells: cellsBy(delimiter) }))
    .filter(({ cells }) => cells.includes('mail'))
    .toSorted((one, other) => other.cells.length - one.cells.length)[0]?.delimiter
}

interface CsvRecord {
  /** The line on which it begins, from 1. */
  readonly row: number
  /** Without what stands round them. */
  readonly cells: readonly string[]
}

/** The records that hold anything. One that has a quote in the middle of a bare cell is a fault of its own and spoils no other. */
async function* records(
  texts: AsyncIterable<string>,
  delimiter: string,
  onFault: (fault: RowFault) => void,
): AsyncGenerator<CsvRecord> {
  let faultyRow = 0
  const parser = parse({
    delimiter,
    record_delimiter: '\n',
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: longestRecord,
    info: true,
    raw: true,
    skip_records_with_error: true,
    on_skip: (error, raw) => {
      if (error?.code !== 'INVALID_OPENING_QUOTE') throw unreadable(error, raw ?? '', delimiter)
      const { lines: row } = error as CsvError & Info
      if (row !== faultyRow)
        onFault({ row, column: '', reason: 'A cell has a quote and does not begin with one' })
      faultyRow = row
    },
  })
  // A fault of either is thrown by the loop.
  pipeline(Readable.from(texts), parser, () => {})
  for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: Info }>) {
    // In one form of what looks the same (NFC), as texts of JSON bodies are.
    const cells = record.map((cell) => cell.trim().normalize('NFC'))
    if (cells.every((cell) => cell === '')) continue
    yield { row: info.lines - lineBreaksIn(record.join('')), cells }
  }
}

const lineBreaksIn = (text: string) => text.split('\n').length - 1

function unreadable(error: CsvError | undefined, raw: string, delimiter: string): Error {
  const { lines } = error as CsvError & Info
  const opened = openQuote(raw, delimiter)
  const row = lines - lineBreaksIn(raw.slice(opened ?? 0, -1))
  if (error?.code === 'CSV_MAX_RECORD_SIZE' && opened === undefined)
    return new UnreadableList('A line is longer than 64 KB; is this a CSV file?', {
      code: 'LINE_TOO_LONG',
      row,
    })
  return new UnreadableList(
    error?.code === 'CSV_INVALID_CLOSING_QUOTE'
      ? `The cell that begins with a quote on line ${row} goes on after its closing quote; a quote inside a cell is written twice.`
      : `The quote that opens on line ${row} is not closed.`,
    { code: 'BROKEN_QUOTES', row },
  )
}

/** Where the last cell with quotes begins. */
function openQuote(raw: string, delimiter: string): number | undefined {
  let opened: number | undefined
  let isOpen = false
  for (let at = 0; at < raw.length; at++) {
    if (raw[at] !== '"') continue
    if (isOpen && raw[at + 1] === '"') at++
    else if (isOpen) isOpen = false
    else if (at === 0 || raw[at - 1] === delimiter || raw[at - 1] === '\n') [opened, isOpen] = [at, true]
  }
  return opened
}

/** The names of the columns; an empty one names none. */
function readHeader({ row, cells }: CsvRecord): readonly string[] {
  const bad = (detail: string) => new UnreadableList(detail, { code: 'BAD_HEADER', row })
  const columns = cells.map((cell) => known.find((one) => one === cell.toLowerCase()) ?? cell)
  const named = columns.filter((column) => column !== '')
  if (!named.includes('mail')) throw bad('The first line names no column `mail`.')
  if (new Set(named).size < named.length) throw bad('The first line names a column twice.')
  if (named.length > mostVariables + known.length)
    throw bad(`There are more than ${mostVariables} variables.`)
  const strange = columns.findIndex((column) => !/^([A-Za-z][A-Za-z0-9_]{0,39})?$/.test(column))
  if (strange >= 0) throw bad(`Column ${strange + 1} has no name that a text could use.`)
  if (named.includes(reserved))
    throw bad(`The column ${reserved} is called like a value of the hospital; give it another name.`)
  return columns
}

function rowOf(row: number, columns: readonly string[], cells: readonly string[]): RecipientRow | RowFault {
  const stray = cells.findIndex((cell, place) => cell !== '' && !columns[place])
  if (stray >= 0)
    return { row, column: '', reason: `Cell ${stray + 1} has a value and its column has no name` }
  const values = new Map(
    columns.flatMap((column, place) => (column === '' ? [] : [[column, cells[place] ?? ''] as const])),
  )
  const mail = parseAddress(values.get('mail'))
  if (mail.kind === 'refused') return { row, column: 'mail', reason: mail.detail }
  const language = values.get('language')?.toLowerCase() || 'en'
  if (language !== 'en' && language !== 'hi') return { row, column: 'language', reason: 'Must be en or hi' }
  for (const [column, value] of values) {
    if (value.length > (column === 'name' ? longestName : longestValue))
      return { row, column, reason: 'Is too long' }
    // A cell may have lines, as notes have; they become one line where they are written.
    if (/[\p{Cc}\u2028\u2029]/u.test(value.replaceAll(/[\n\t]/g, '')))
      return { row, column, reason: 'Holds a character that cannot be seen' }
  }
  const { mail: _mail, language: _language, ...variables } = Object.fromEntries(values)
  return {
    row,
    mail: mail.address,
    key: mail.suppressionKey,
    name: variables.name?.replaceAll(/\s+/g, ' ') || mail.address,
    language,
    variables,
  }
}
