import type { PostInput, PostOutcome } from '@rounds/contracts'
import type { Claim, Ending, Ledger } from '@rounds/ledger'

export type PostLedger = Ledger<PostInput, PostOutcome>
export type PostClaim = Claim<PostInput, PostOutcome>
export type PostEnding = Ending<PostOutcome>

/** A post that is wanted, with the key that makes it the same one whoever wants it and however late. */
export interface NewPost {
  readonly key: string
  readonly input: PostInput
}

/** A lane for each space: whoever has its turn takes what waits there, and nothing of another. */
export const postSorting = { laneOf: ({ spaceId }: PostInput) => spaceId, groupBy: 'spaceId' } as const
