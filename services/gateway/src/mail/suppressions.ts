import type {
  BounceDocument,
  CheckDocument,
  ConsentDocument,
  HospitalEvent,
  SuppressionDocument,
  SuppressionRequestDocument,
} from '@rounds/contracts'
import type { Page } from '../http/index.ts'

/** The mailer's list of addresses that nothing is sent to: read here, changed by asking. */
export interface Suppressions {
  /** Latest first; one more than the page asks for. `nameOf` stands for an address in a cursor. */
  list(page: Page, nameOf: (mail: string) => string): Promise<SuppressionDocument[]>
  has(key: string): Promise<boolean>
  /** False when the same was asked before. */
  ask(wish: SuppressionRequestDocument, says: readonly HospitalEvent[]): Promise<boolean>
}

export interface Consents {
  of(personId: string): Promise<ConsentDocument | undefined>
  /** Writes what changed over what holds; answers what holds now. */
  set(
    personId: string,
    change: Partial<Pick<ConsentDocument, 'care' | 'administrative' | 'marketing'>>,
    via: ConsentDocument['via'],
  ): Promise<ConsentDocument>
}

export interface Bounces {
  /** A bounce that was handed in before is the same bounce. */
  add(bounce: BounceDocument, says: readonly HospitalEvent[]): Promise<void>
}

export interface Checks {
  latest(limit: number): Promise<CheckDocument[]>
}
