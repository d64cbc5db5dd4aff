import type { Language } from '@rounds/contracts'
import type { Campaign } from './campaign.ts'

/** Somebody a campaign is for. */
export interface Recipient {
  readonly kind: 'person' | 'upload'
  readonly id: string
  readonly name: string
  readonly mail: string
  readonly language: Language
  readonly zone?: string
  readonly departmentId?: string
  /** Of an uploaded list: the line, and the cells by column. */
  readonly row?: number
  readonly columns?: Readonly<Record<string, string>>
}

/** Who would get a campaign, read batch by batch: nobody holds a whole hospital in memory. */
export interface Audiences {
  count(campaign: Pick<Campaign, '_id' | 'audience'>): Promise<number>
  batches(campaign: Pick<Campaign, '_id' | 'audience'>): AsyncIterable<readonly Recipient[]>
}
