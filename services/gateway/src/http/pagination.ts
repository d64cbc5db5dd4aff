import { ProblemError } from './problem-error.ts'

/** Where a page begins: after the row with this sort value and this identifier. */
export interface Position {
  readonly after: string
  readonly id: string
}

export interface Page {
  readonly limit: number
  readonly position?: Position
}

/** Reads `cursor` and `limit` of a list's query. A cursor is ours to read: one that was tampered with is refused. */
export function pageOf(query: { cursor?: string; limit?: string }): Page {
  const limit = Number(query.limit ?? 50)
  return query.cursor === undefined ? { limit } : { limit, position: positionOf(query.cursor) }
}

/** Items of a list, and the records that cannot be shown, by identifier: one of those hides none of the others. */
export interface Shown<Item> {
  readonly items: Item[]
  readonly broken?: { id: string; reason: string }[]
}

/** Cuts rows, read one more than asked for, to the page, and tells where the next one begins. */
export function pageFrom<Row, Item>(
  rows: readonly Row[],
  limit: number,
  positionAt: (row: Row) => Position,
  show: (row: Row) => Item,
): Shown<Item> & { next?: string } {
  const page = rows.slice(0, limit)
  const shown = page.map((row) => attempt(() => show(row)))
  const last =
    rows.length > limit ? page.findLast((row) => !isBroken(attempt(() => positionAt(row)))) : undefined
  return { ...apart(page, shown), ...(last === undefined ? {} : { next: cursorOf(positionAt(last)) }) }
}

/** What is read of each row before any is shown, such as whom it names; a damaged one gives nothing. */
export function readFrom<Row, Value>(
  rows: readonly Row[],
  read: (row: Row) => Value | readonly Value[],
): Value[] {
  return rows.flatMap((row) => {
    const values = attempt(() => read(row))
    return isBroken(values) ? [] : values
  })
}

/** A whole list, each shown by itself. */
export async function shownEach<Row, Item>(
  rows: readonly Row[],
  show: (row: Row) => Item | Promise<Item>,
): Promise<Shown<Item>> {
  return apart(rows, await Promise.all(rows.map(async (row) => attemptLater(async () => show(row)))))
}

class Broken {}
const isBroken = (value: unknown): value is Broken => value instanceof Broken

function attempt<Item>(show: () => Item): Item | Broken {
  try {
    return show()
  } catch (error) {
    return brokenBy(error)
  }
}

async function attemptLater<Item>(show: () => Promise<Item>): Promise<Item | Broken> {
  try {
    return await show()
  } catch (error) {
    return brokenBy(error)
  }
}

/** What a record itself makes impossible. A database that is away, or a refusal, is not the record's fault. */
function brokenBy(error: unknown): Broken {
  if (error instanceof TypeError || error instanceof RangeError) return new Broken()
  throw error
}

function apart<Row, Item>(rows: readonly Row[], shown: readonly (Item | Broken)[]): Shown<Item> {
  const items = shown.filter((one) => !isBroken(one)) as Item[]
  const broken = rows.flatMap((row, index) => (isBroken(shown[index]) ? [brokenRecord(idOf(row))] : []))
  return { items, ...(broken.length === 0 ? {} : { broken }) }
}

/** How a list names a record that it cannot show. */
export const brokenRecord = (id: string) => ({ id, reason: 'This record is damaged and cannot be shown.' })

/** A document's `_id`; of what is shown, the identifier that it names first: `scheduleId`, `jobId`. */
export function idOf(row: unknown): string {
  const fields = Object.entries(Object(row))
  const [, id] = fields.find(([name]) => name === '_id') ?? fields.find(([name]) => name.endsWith('Id')) ?? []
  return String(id ?? '')
}

function cursorOf({ after, id }: Position): string {
  return Buffer.from(JSON.stringify([after, id])).toString('base64url')
}

function positionOf(cursor: string): Position {
  try {
    const [after, id, ...rest] = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    if (typeof after === 'string' && typeof id === 'string' && rest.length === 0) return { after, id }
  } catch {
    // Not JSON: the same answer as JSON of another shape.
  }
  throw new ProblemError(400, 'INVALID_REQUEST', 'The request is not as the contract says', {
    errors: [{ pointer: '/query/cursor', detail: 'is not a cursor that this list gave' }],
  })
}
