import type { PostOutcome } from './chat-collections.ts'
import type { PostState } from './chat-words.ts'

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
