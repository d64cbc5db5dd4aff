import type { FireDocument, HospitalEvent, ScheduleDocument } from '@rounds/contracts'
import type { Page, Principal } from '../http/index.ts'

/** Who looks at schedules. `the house` is the gateway itself, making jobs of what is due; never a request. */
export type Onlooker = Pick<Principal, 'role'> | 'the house'

/** What came of a fire: the job of a report, or how far a batch of mails is. */
export interface Result {
  readonly jobId?: string
  readonly batch?: { readonly expected: number; readonly ended: number; readonly failed: number }
}

/** The gateway's schedules, and what it may see of their fires. */
export interface Schedules {
  list(onlooker: Onlooker): Promise<ScheduleDocument[]>
  /** Nothing for one that was taken away. */
  read(onlooker: Onlooker, scheduleId: string): Promise<ScheduleDocument | undefined>
  /** `known` when its identifier is: it was asked for before. */
  add(schedule: ScheduleDocument, says: readonly HospitalEvent[]): Promise<'written' | 'known' | 'name taken'>
  /** Replaces this very version together with what the change says. */
  change(
    before: ScheduleDocument,
    after: ScheduleDocument,
    says: readonly HospitalEvent[],
  ): Promise<'written' | 'changed meanwhile' | 'name taken'>
  lastFire(onlooker: Onlooker, scheduleId: string): Promise<FireDocument | undefined>
  /** Latest first, one more than the page holds. */
  fires(onlooker: Onlooker, scheduleId: string, page: Page): Promise<FireDocument[]>
  resultsOf(onlooker: Onlooker, fireIds: readonly string[]): Promise<ReadonlyMap<string, Result>>
  /** What these people are called. */
  names(personIds: readonly string[]): Promise<ReadonlyMap<string, string>>
}
