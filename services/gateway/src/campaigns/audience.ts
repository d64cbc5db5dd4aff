import type { Consent, Language, SuppressionDocument } from '@rounds/contracts'
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

/** What decides whether mail may leave, for many at once. */
export interface MailFacts {
  consentsOf(
    personIds: readonly string[],
  ): Promise<ReadonlyMap<string, Pick<Consent, 'care' | 'administrative' | 'marketing'>>>
  /** By address in lower case. */
  suppressionsOf(keys: readonly string[]): Promise<ReadonlyMap<string, Pick<SuppressionDocument, 'reason'>>>
  /** When mail that is not care was sent to them after that moment. */
  recentlySentTo(personIds: readonly string[], after: Date): Promise<ReadonlyMap<string, readonly Date[]>>
  /** Names of departments, by identifier. */
  departmentsOf(ids: readonly string[]): Promise<ReadonlyMap<string, string>>
}
