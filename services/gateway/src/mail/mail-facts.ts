import type { Consent, SuppressionDocument } from '@rounds/contracts'

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
