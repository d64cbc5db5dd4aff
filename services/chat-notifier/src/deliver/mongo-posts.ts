import type { PostInput, PostOutcome } from '@rounds/contracts'
import type { WorkDocument, WorkState } from '@rounds/ledger'
import type { MongoStore } from '@rounds/mongo'

/** The ledger of posts, asked by how they stand. */
export interface PostRows {
  prepare(): Promise<void>
  /** The spaces that have something to be told now. */
  spacesWithPosts(): Promise<readonly string[]>
  of(keys: readonly string[]): Promise<readonly PostRow[]>
  /** How many wait and how many are in doubt; for the metrics. */
  counts(): Promise<[state: string, count: number][]>
}

export interface PostRow {
  readonly key: string
  readonly state: WorkState
  readonly input: PostInput
}

export function mongoPosts(store: Pick<MongoStore, 'collection'>): PostRows {
  const posts = store.collection<WorkDocument<PostInput, PostOutcome>>('posts')

  return {
    async prepare() {
      await posts.createIndexes([
        { key: { 'input.appointmentId': 1, acceptedAt: -1 } },
        // What a person has to look at, and the list of posts: of all spaces, and of one.
        { key: { settledAt: 1 }, partialFilterExpression: { state: 'in doubt' } },
        { key: { acceptedAt: -1, _id: -1 } },
        { key: { 'input.spaceId': 1, acceptedAt: -1, _id: -1 } },
      ])
    },

    async spacesWithPosts() {
      const due = { state: 'waiting', $expr: { $lte: ['$nextAttemptAt', '$$NOW'] } } as const
      const found = await posts
        .aggregate<{ _id: string }>([{ $match: due }, { $group: { _id: '$lane' } }])
        .toArray()
      return found.map(({ _id }) => _id)
    },

    async of(keys) {
      const found = await posts
        .find({ _id: { $in: [...keys] } }, { projection: { state: 1, input: 1 } })
        .toArray()
      return found.map(({ _id: key, state, input }) => ({ key, state, input }))
    },

    counts: () =>
      Promise.all(
        (['waiting', 'in doubt'] as const).map(
          async (state): Promise<[string, number]> => [
            state,
            await posts.countDocuments({ state }, { limit: countedAtMost }),
          ],
        ),
      ),
  }
}

/** Past this the exact number says nothing more, and counting costs. */
const countedAtMost = 100_000
