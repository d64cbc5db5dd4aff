import type { Language } from '@rounds/contracts'

export interface ListedRow {
  readonly row: number
  readonly mail: string
  readonly key: string
  readonly name: string
  readonly language: Language
  readonly variables: Readonly<Record<string, string>>
}

/** Rows of uploaded lists. Who writes holds the campaign meanwhile: see `filling`. */
export interface RecipientLists {
  clear(campaignId: string): Promise<void>
  /** Answers the rows that were not taken, because the same mailbox stands there already. */
  add(campaignId: string, rows: readonly ListedRow[]): Promise<ReadonlySet<number>>
}
