import { type Post, postStateOf } from '@rounds/contracts'
import type { KeptPost } from './posts.ts'

/** A post as a person is shown it. What it said was read at the moment of posting, and is not kept. */
export function shownPost(work: KeptPost, spaceName: string): Post {
  const { _id, input, outcome } = work
  const { spaceId, kind, news, appointmentId } = input
  return {
    postId: _id,
    spaceId,
    spaceName,
    kind,
    ...(news ? { news } : {}),
    ...(appointmentId ? { appointmentId } : {}),
    state: postStateOf(work),
    ...(outcome?.code ? { code: outcome.code } : {}),
    ...(outcome?.digestOf ? { digestOf: outcome.digestOf } : {}),
    attempts: work.attempts,
    acceptedAt: work.acceptedAt.toISOString(),
    ...(outcome?.postedAt ? { postedAt: outcome.postedAt.toISOString() } : {}),
    ...(work.settledAt ? { settledAt: work.settledAt.toISOString() } : {}),
  }
}
