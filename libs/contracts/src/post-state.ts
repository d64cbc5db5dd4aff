import type { PostOutcome } from './chat-collections.ts'
import type { PostState } from './chat-words.ts'
import type { Filter } from './mail-filters.ts'

/** Where a post stands, read from its ledger document alone. */
export function postStateOf(work: {
  readonly state: string
  readonly outcome?: Pick<PostOutcome, 'kind'>
}): PostState {
  switch (work.state) {
    case 'waiting':
    case 'claimed':
      return 'waiting'
    case 'sending':
      return 'posting'
    case 'in doubt':
      return 'in doubt'
    case 'cancelled':
      return 'cancelled'
    default:
      return work.outcome?.kind ?? 'failed'
  }
}

const ended = { $in: ['done', 'failed', 'expired'] }
const otherEnds = ['posted', 'stale', 'in doubt', 'cancelled'] as const

/** The ledger documents that `postStateOf` calls so. */
export function postsIn(state: PostState): Filter {
  switch (state) {
    case 'waiting':
      return { state: { $in: ['waiting', 'claimed'] } }
    case 'posting':
      return { state: 'sending' }
    case 'posted':
    case 'stale':
      return { state: ended, 'outcome.kind': state }
    case 'failed':
      return { state: ended, 'outcome.kind': { $nin: otherEnds } }
    case 'in doubt':
    case 'cancelled':
      return { $or: [{ state }, { state: ended, 'outcome.kind': state }] }
    default:
      return state satisfies never
  }
}
