import type { PostInput, PostOutcome, SpaceDocument, UntoldCode } from '@rounds/contracts'
import type { Visit } from './chat-facts.ts'
import type { Kept } from './space-leases.ts'

/** What becomes of a post before anything is sent: it is told, or there is a reason not to. */
export type Disposition =
  | { readonly kind: 'tell' }
  | { readonly kind: 'stale' | 'failed' | 'cancelled'; readonly code: UntoldCode }

export interface FateFacts {
  readonly space: Pick<SpaceDocument, 'active' | 'removedAt' | 'relevantMinutes'> | undefined
  /** What was kept while the space was stopped. */
  readonly kept: Kept | undefined
  /** Of news: what it is about. */
  readonly visit: Visit | undefined
  /** It was about to leave before, and may have. */
  readonly mayHaveLeft: boolean
  readonly now: Date
}

/** Pure. A person's word that something is to be told again counts for more than its age. */
export function decidePost(
  { kind, at, heardAt = at }: Pick<PostInput, 'kind' | 'at' | 'heardAt'>,
  outcome: Pick<PostOutcome, 'resolved'> | undefined,
  { space, kept, visit, mayHaveLeft, now }: FateFacts,
): Disposition {
  if (!space || space.removedAt) return { kind: 'cancelled', code: 'SPACE_REMOVED' }
  // A switched off space can be tried all the same: that is how one looks before switching it on.
  if (!space.active && kind === 'news') return { kind: 'cancelled', code: 'SPACE_OFF' }
  // By when it came: old news that came after the space went on was never kept.
  const wasKept = kept !== undefined && heardAt <= kept.until
  const isAskedFor = outcome?.resolved?.as === 'again' || (wasKept && kept.isReplayed)
  if (wasKept && !isAskedFor) return { kind: 'cancelled', code: 'NOT_REPLAYED' }
  if (kind === 'news' && !visit) return { kind: 'failed', code: 'NO_SUCH_APPOINTMENT' }
  const isOld = now.getTime() - at.getTime() > space.relevantMinutes * 60_000
  // What may have left is asked for again under the same id, and not given up as if it had not.
  return isOld && !isAskedFor && !mayHaveLeft ? { kind: 'stale', code: 'STALE' } : { kind: 'tell' }
}
