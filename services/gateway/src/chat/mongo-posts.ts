import { postStateOf, postsIn } from '@rounds/contracts'
import { duplicateKey, type MongoStore, outboxOf, type WithOutbox } from '@rounds/mongo'
import { type Filter, MongoServerError } from 'mongodb'
import { olderThan, type Principal } from '../http/index.ts'
import {
  type KeptPost,
  noPosts,
  type PostResolutionDocument,
  type PostSearch,
  type Posts,
  type ToldPost,
} from './posts.ts'

type Stored = KeptPost & Partial<WithOutbox>

const projection = { outbox: 0, outboxDue: 0, history: 0 } as const
const hourMs = 3_600_000
/** What ended within the hour was heard of within the week: a space's whole past need not be looked through. */
const weekMs = 7 * 24 * hourMs
/** Each appointment has a few posts in each space that hears of it. */
const mostAbout = 2_000
const mostTold = 20_000
const toldOnly = {
  _id: 0,
  state: 1,
  'outcome.kind': 1,
  'outcome.postedAt': 1,
  'input.spaceId': 1,
  'input.news': 1,
  'input.appointmentId': 1,
  'input.appointmentVersion': 1,
} as const

/** Who sees all posts: the one place that says so. Doctors see those about an appointment that they may read. */
const reach = ({ role }: Principal): Filter<Stored> =>
  role === 'admin' || role === 'ops' ? {} : { _id: { $in: [] } }

/** The notifier's ledger, for reading, and what people decided about it. */
export function mongoPosts(store: Pick<MongoStore, 'collection'>, now: () => Date, rung: () => void): Posts {
  const posts = store.collection<Stored>('posts')
  const resolutions = store.collection<PostResolutionDocument & WithOutbox>('postResolutions')

  return {
    one: async (principal, _id) =>
      (await posts.findOne<KeptPost>({ $and: [reach(principal), { _id }] }, { projection })) ?? undefined,

    list: (principal, search, page) =>
      posts
        .find<KeptPost>(
          { $and: [reach(principal), wanted(search), olderThan('acceptedAt', page)] },
          { projection },
        )
        .sort({ acceptedAt: -1, _id: -1 })
        .limit(page.limit + 1)
        .toArray(),

    about: (appointmentId) =>
      posts
        .find<KeptPost>({ 'input.appointmentId': appointmentId }, { projection })
        .sort({ acceptedAt: -1, _id: -1 })
        .limit(mostAbout)
        .toArray(),

    // Sorted as its index is: by time alone, all posts that there are would be another way to find these.
    told: (appointmentIds) =>
      posts
        .find<ToldPost>({ 'input.appointmentId': { $in: [...appointmentIds] } }, { projection: toldOnly })
        .sort({ 'input.appointmentId': 1, acceptedAt: -1 })
        .limit(mostTold)
        .toArray(),

    async tallies(spaceIds) {
      const ofThem = { 'input.spaceId': { $in: [...spaceIds] } }
      const counted = (match: Filter<Stored>) =>
        posts
          .aggregate<TallyRow>([
            { $match: { $and: [ofThem, match] } },
            {
              $group: {
                _id: { spaceId: '$input.spaceId', state: '$state', kind: '$outcome.kind' },
                count: { $sum: 1 },
              },
            },
          ])
          .toArray()
      const [open, ended] = await Promise.all([
        counted({ $or: (['waiting', 'posting', 'in doubt'] as const).map(postsIn) }),
        counted({
          acceptedAt: { $gte: new Date(now().getTime() - weekMs) },
          settledAt: { $gte: new Date(now().getTime() - hourMs) },
        }),
      ])
      return new Map(spaceIds.map((spaceId) => [spaceId, tallyOf(spaceId, open, ended)]))
    },

    async resolve(resolution, says) {
      try {
        await resolutions.insertOne({ ...resolution, ...outboxOf(says, now()) })
        rung()
        return resolution
      } catch (error) {
        if (!(error instanceof MongoServerError) || error.code !== duplicateKey) throw error
        return (await resolutions.findOne({ _id: resolution._id })) ?? resolution
      }
    },
  }
}

interface TallyRow {
  readonly _id: {
    readonly spaceId: string
    readonly state: string
    readonly kind?: 'posted' | 'stale' | 'failed' | 'in doubt' | 'cancelled'
  }
  readonly count: number
}

function tallyOf(spaceId: string, open: readonly TallyRow[], ended: readonly TallyRow[]) {
  const sum = (rows: readonly TallyRow[], ...states: readonly string[]) =>
    rows
      .filter(({ _id: { spaceId: of, state, kind } }) => {
        return (
          of === spaceId && states.includes(postStateOf({ state, ...(kind ? { outcome: { kind } } : {}) }))
        )
      })
      .reduce((total, { count }) => total + count, 0)
  return {
    ...noPosts,
    waiting: sum(open, 'waiting', 'posting'),
    inDoubt: sum(open, 'in doubt'),
    lastHour: {
      posted: sum(ended, 'posted'),
      stale: sum(ended, 'stale'),
      failed: sum(ended, 'failed'),
    },
  }
}

function wanted({ spaceId, appointmentId, state }: PostSearch): Filter<Stored> {
  return {
    $and: [
      spaceId === undefined ? {} : { 'input.spaceId': spaceId },
      appointmentId === undefined ? {} : { 'input.appointmentId': appointmentId },
      state ? postsIn(state) : {},
    ],
  }
}
