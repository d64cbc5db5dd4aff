import type { HospitalEvent, PostInput, PostOutcome, PostResolution, PostState } from '@rounds/contracts'
import type { Page, Principal } from '../http/index.ts'

/** A post as the notifier's ledger has it; read here, never written. */
export interface KeptPost {
  readonly _id: string
  readonly state: string
  readonly fence: number
  readonly attempts: number
  readonly acceptedAt: Date
  readonly settledAt?: Date
  readonly input: PostInput
  readonly outcome?: PostOutcome
}

/** As much of it as an appointment's word is made of. */
export interface ToldPost extends Pick<KeptPost, 'state'> {
  readonly input: Pick<PostInput, 'spaceId' | 'news' | 'appointmentId' | 'appointmentVersion'>
  readonly outcome?: Pick<PostOutcome, 'kind' | 'postedAt'>
}

export interface PostSearch {
  readonly spaceId?: string
  readonly appointmentId?: string
  readonly state?: PostState
}

/** How many posts of a space stand where. */
export interface PostTally {
  readonly waiting: number
  readonly inDoubt: number
  readonly lastHour: { readonly posted: number; readonly stale: number; readonly failed: number }
}

export const noPosts: PostTally = { waiting: 0, inDoubt: 0, lastHour: { posted: 0, stale: 0, failed: 0 } }

/** What somebody decided about a post in doubt. */
export interface PostResolutionDocument {
  /** The post and its fence: each doubt is settled once. */
  readonly _id: string
  readonly postId: string
  readonly as: PostResolution['as']
  readonly by: string
  readonly at: Date
}

/** The chat messages on their way and those that ended, as far as the one who asks may see them. */
export interface Posts {
  one(principal: Principal, postId: string): Promise<KeptPost | undefined>
  /** Newest first; one more than the page asks for. */
  list(principal: Principal, search: PostSearch, page: Page): Promise<KeptPost[]>
  /** Those about an appointment whose reader was let in already; newest first. */
  about(appointmentId: string): Promise<KeptPost[]>
  /** Those about any of these; of each the newest first. */
  told(appointmentIds: readonly string[]): Promise<ToldPost[]>
  tallies(spaceIds: readonly string[]): Promise<ReadonlyMap<string, PostTally>>
  /** Writes the decision and what it says in one document; answers the one that stands. */
  resolve(resolution: PostResolutionDocument, says: readonly HospitalEvent[]): Promise<PostResolutionDocument>
}
