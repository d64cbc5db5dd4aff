import type { Language } from '@rounds/contracts'
import { parseAddress } from '@rounds/mail'
import { parse } from 'csv-parse/sync'

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
  /** What the header names beside `mail`, `name` and `language`. */
  readonly variables: readonly string[]
}

/** Why a whole file cannot be taken. */
export class UnreadableList extends Error {
  override readonly name = 'UnreadableList'
  readonly code: 'NOT_UTF8' | 'BAD_HEADER' | 'LINE_TOO_LONG' | 'EMPTY'
  /** Line of the file, from 1. */
  readonly row: number

  constructor(detail: string, options: ErrorOptions & { code: UnreadableList['code']; row: number }) {
    super(detail, options)
    this.code = options.code
    this.row = options.row
  }
}

const linesAtOnce = 1_000
const longestLine = 64 * 1024
const longestName = 200
const longestValue = 500
const mostVariables = 20
const known = ['mail', 'name', 'language']

/**
 * Reads an uploaded list as it arrives. A row is a line: a quote that is not closed on its line is a fault of that line
 * and swallows none that follow. Throws `UnreadableList` where no row can be trusted.
 */
export async function* recipientRows(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<RowBatch> {
  let header: Header | undefined
  for await (const lines of lineBlocks(decoded(bytes))) {
    const [first, ...rest] = lines
    if (header) {
      yield read(header, lines)
    } else if (first) {
      header = readHeader(first)
      yield read(header, rest)
    }
  }
  if (!header) throw new UnreadableList('The file is empty.', { code: 'EMPTY', row: 1 })
}

interface Line {
  readonly row: number
  readonly text: string
}

interface Header {
  readonly delimiter: string
  readonly columns: readonly string[]
}

async function* decoded(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  // A byte order mark is taken off by the decoder. Fatal: guessing Latin-1 would turn names into other names.
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let row = 1
  try {
    for await (const chunk of bytes) {
      const text = decoder.decode(chunk, { stream: true })
      row += text.split('\n').length - 1
      yield text
    }
    yield decoder.decode()
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    throw new UnreadableList(
      'The file is not UTF-8, but probably Latin-1 or UTF-16. Save it as “CSV UTF-8”.',
      { code: 'NOT_UTF8', row, cause: error },
    )
  }
}

/** Lines in blocks, without the empty ones. */
async function* lineBlocks(texts: AsyncIterable<string>): AsyncGenerator<Line[]> {
  let block: Line[] = []
  let rest = ''
  let row = 0
  const take = (text: string) => {
    row += 1
    if (text.length > longestLine)
      throw new UnreadableList('A line is longer than 64 KB; is this a CSV file?', {
        code: 'LINE_TOO_LONG',
        row,
      })
    if (text.trim() !== '') block.push({ row, text })
  }
  for await (const text of texts) {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > longestLine) take(rest)
    for (const line of lines) {
      take(line.endsWith('\r') ? line.slice(0, -1) : line)
      if (block.length < linesAtOnce) continue
      yield block
      block = []
    }
  }
  if (rest !== '') take(rest.endsWith('\r') ? rest.slice(0, -1) : rest)
  if (block.length > 0) yield block
}

function readHeader({ row, text }: Line): Header {
  // As spreadsheets of other countries write it.
  const delimiter = [',', ';', '\t'].find((one) => text.includes(one)) ?? ','
  const bad = (detail: string) => new UnreadableList(detail, { code: 'BAD_HEADER', row })
  const [cells] = cellsOf([{ row, text }], delimiter)
  if (!Array.isArray(cells)) throw bad('The first line is no header: its quotes do not match.')
  const columns = cells.map((cell) => {
    const name = cell.trim()
    return known.find((one) => one === name.toLowerCase()) ?? name
  })
  if (!columns.includes('mail')) throw bad('The first line names no column `mail`.')
  if (new Set(columns).size < columns.length) throw bad('The first line names a column twice.')
  if (columns.length > mostVariables + 3) throw bad(`There are more than ${mostVariables} variables.`)
  const strange = columns.findIndex((column) => !/^[A-Za-z][A-Za-z0-9_]{0,39}$/.test(column))
  if (strange >= 0) throw bad(`Column ${strange + 1} has no name that a text could use.`)
  return { delimiter, columns }
}

function read({ delimiter, columns }: Header, lines: readonly Line[]): RowBatch {
  const rows: RecipientRow[] = []
  const faults: RowFault[] = []
  for (const [place, cells] of cellsOf(lines, delimiter).entries()) {
    const row = lines[place]?.row ?? 0
    const found = Array.isArray(cells) ? rowOf(row, columns, cells) : { row, column: '', reason: cells }
    if ('reason' in found) faults.push(found)
    else rows.push(found)
  }
  const variables = columns.filter((column) => !known.includes(column))
  return { rows, faults, count: lines.length, variables }
}

const brokenQuotes = 'Its quotes do not match, or a cell holds a line break'

/** The cells of each line, or why there are none. All at once where all is well, and line by line to find who is to blame. */
function cellsOf(lines: readonly Line[], delimiter: string): (string[] | string)[] {
  const options = { delimiter, relax_column_count: true }
  try {
    const all = parse(lines.map(({ text }) => text).join('\n'), options) as string[][]
    if (all.length === lines.length) return all
  } catch {
    // Some line is broken: below it is found out which.
  }
  return lines.map(({ text }) => {
    try {
      const [cells] = parse(text, options) as string[][]
      return cells ?? []
    } catch {
      return brokenQuotes
    }
  })
}

function rowOf(row: number, columns: readonly string[], cells: readonly string[]): RecipientRow | RowFault {
  if (cells.length !== columns.length)
    return { row, column: '', reason: `Has ${cells.length} cells; the header names ${columns.length}` }
  const values = new Map(columns.map((column, place) => [column, (cells[place] ?? '').trim()]))
  const mail = parseAddress(values.get('mail'))
  if (mail.kind === 'refused') return { row, column: 'mail', reason: mail.detail }
  const language = values.get('language') || 'en'
  if (language !== 'en' && language !== 'hi') return { row, column: 'language', reason: 'Must be en or hi' }
  for (const [column, value] of values) {
    if (value.length > (column === 'name' ? longestName : longestValue))
      return { row, column, reason: 'Is too long' }
    if (/[\p{Cc}\u2028\u2029]/u.test(value))
      return { row, column, reason: 'Holds a character that cannot be seen' }
  }
  const { mail: _mail, name, language: _language, ...variables } = Object.fromEntries(values)
  return {
    row,
    mail: mail.address,
    key: mail.suppressionKey,
    name: name || mail.address,
    language,
    variables,
  }
}
