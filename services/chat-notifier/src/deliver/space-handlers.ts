import { trialKeyOf } from '@rounds/chat'
import type { postResolved, SpaceDocument, spaceChanged, spaceTried } from '@rounds/contracts'
import { done, type Handler, reject } from '@rounds/messaging'
import { byPerson } from './decided.ts'
import type { NewPost, PostLedger } from './post-work.ts'
import type { SpaceBook } from './space-directory.ts'

export interface HearSpacesDeps {
  readonly posts: Pick<PostLedger, 'read' | 'resolve'>
  readonly accept: (post: NewPost, space: SpaceDocument | undefined) => Promise<void>
  readonly book: Pick<SpaceBook, 'read'>
  /** Looks at once whether the space has something to be told. */
  readonly ring: (spaceId: string) => void
  /** The same for a space that was changed. */
  readonly ringAnew: (spaceId: string) => void
}

/** Only a bell: what holds is read from the space itself. */
export function ringSpace({ ringAnew }: Pick<HearSpacesDeps, 'ringAnew'>): Handler<typeof spaceChanged> {
  return async function ringSpace({ data }) {
    ringAnew(data.spaceId)
    return done
  }
}

/** A test message is a post like any other: it waits for the space's turn, and its end can be looked at. */
export function trySpace({
  accept,
  book,
}: Pick<HearSpacesDeps, 'accept' | 'book'>): Handler<typeof spaceTried> {
  return async function trySpace({ id, time, correlationid, data: { spaceId, trialId, triedBy } }) {
    const input = {
      spaceId,
      kind: 'test',
      triedBy,
      at: new Date(time),
      cause: { id, correlationid },
    } as const
    await accept({ key: trialKeyOf(spaceId, trialId), input }, await book.read(spaceId))
    return done
  }
}

/** What a person decided about a post in doubt; once it is no longer in doubt there is nothing to decide. */
export function resolvePost({ posts, ring }: HearSpacesDeps): Handler<typeof postResolved> {
  return async function resolvePost(event) {
    const { postId } = event.data
    const work = await posts.read(postId)
    if (!work) return reject('no such post')
    await posts.resolve(postId, byPerson(event, work.outcome), event.id)
    ring(work.input.spaceId)
    return done
  }
}
