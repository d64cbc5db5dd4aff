import { ended } from './bulk-write.ts'
import { groupCommit } from './group-commit.ts'

export interface SharedReadsOptions<Row> {
  /** Everything there is under these keys, in one question. */
  readonly read: (keys: readonly string[]) => Promise<readonly Row[]>
  readonly keyOf: (row: Row) => string
}

/**
 * Reads one row by its key, as `findOne` does, but those who ask while an answer is on its way share the next question.
 * Nothing is remembered: every answer was read after it was asked for.
 */
export function sharedReads<Row>({
  read,
  keyOf,
}: SharedReadsOptions<Row>): (key: string) => Promise<Row | undefined> {
  const ask = groupCommit<{ readonly key: string }, Row | undefined>(
    async (asked) => {
      const rows = await read([...new Set(asked.map(({ key }) => key))])
      const byKey = new Map(rows.map((row) => [keyOf(row), row]))
      return asked.map(({ key }) => ended(byKey.get(key)))
    },
    // Whoever asks for the same may ask together: each question stands for itself.
    { most: 500, keyOf: (question) => question },
  )
  return (key) => ask({ key })
}
