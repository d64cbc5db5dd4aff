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

/** Cuts rows, read one more than asked for, to the page, and tells where the next one begins. */
export function pageFrom<Row, Item>(
  rows: readonly Row[],
  limit: number,
  positionAt: (row: Row) => Position,
  show: (row: Row) => Item,
): { items: Item[]; next?: string } {
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  const more = rows.length > limit && last !== undefined
  return { items: items.map(show), ...(more ? { next: cursorOf(positionAt(last)) } : {}) }
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
