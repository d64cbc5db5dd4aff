import { type Static, Type } from 'typebox'
import { spaceRule } from './chat-collections.ts'
import { type PostCode, patientShownAs, postKind, postState, restReason, spaceNews } from './chat-words.ts'
import { broken, nextPage, pageQuery } from './http-problem.ts'
import { identifier, instant } from './identifier.ts'
import { language } from './mail-words.ts'
import { line } from './text.ts'

const closed = { additionalProperties: false }
const count = Type.Integer({ minimum: 0 })
const who = Type.Object({ id: Type.String(), name: Type.String() })

const spaceFields = {
  name: line({ maxLength: 100 }),
  rules: Type.Array(spaceRule, { maxItems: 50 }),
  language,
  patientShownAs,
  relevantMinutes: Type.Integer({ minimum: 1, maximum: 1_440 }),
  active: Type.Boolean(),
}
const webhook = Type.String({
  minLength: 1,
  maxLength: 2_000,
  description: 'The incoming webhook’s address; taken once, never shown again',
})

/** POST /v1/chat/spaces */
export const newSpace = Type.Object(
  {
    webhook,
    name: spaceFields.name,
    rules: spaceFields.rules,
    language: Type.Optional(language),
    patientShownAs: Type.Optional(patientShownAs),
    relevantMinutes: Type.Optional(spaceFields.relevantMinutes),
    active: Type.Optional(spaceFields.active),
  },
  closed,
)
export type NewSpace = Static<typeof newSpace>

/** PATCH /v1/chat/spaces/{id}, with If-Match */
export const spaceChange = Type.Partial(Type.Object({ webhook, ...spaceFields }, closed), {
  ...closed,
  minProperties: 1,
})
export type SpaceChange = Static<typeof spaceChange>

export const space = Type.Object({
  spaceId: identifier('The space'),
  ...spaceFields,
  /** Enough to recognise it in Google Chat; the webhook itself is never given out. */
  googleSpace: Type.String(),
  state: Type.Union([
    Type.Literal('active'),
    Type.Literal('paused'),
    Type.Literal('off'),
    Type.Literal('stopped'),
  ]),
  paused: Type.Optional(
    Type.Object(
      { until: instant('When it ends by itself'), reason: restReason },
      { description: 'Nothing is posted for a while; POST …/resume ends it' },
    ),
  ),
  stopped: Type.Optional(
    Type.Object({
      at: instant('When'),
      httpStatus: Type.Integer(),
      code: Type.String(),
      reason: Type.String(),
    }),
  ),
  waiting: count,
  kept: Type.Integer({
    minimum: 0,
    description: 'Not posted because the space was stopped; replayed on demand',
  }),
  inDoubt: count,
  lastHour: Type.Object({ posted: count, stale: count, failed: count }),
  lastPostedAt: Type.Optional(instant('When a message was last taken')),
  createdBy: who,
  createdAt: instant('When it was added'),
  version: Type.Integer(),
})
export type Space = Static<typeof space>
export const spaceList = Type.Object({ items: Type.Array(space), broken })

/** GET /v1/chat/counts */
export const chatCounts = Type.Object({
  stopped: Type.Integer({
    minimum: 0,
    description: 'Spaces that Google Chat refuses, and that wait for an admin',
  }),
})
export type ChatCounts = Static<typeof chatCounts>

/** POST /v1/chat/spaces/{id}/test answers 202 with the post to look for. */
export const spaceTrial = Type.Object({ postId: identifier('The post that will tell how it went') })
export type SpaceTrial = Static<typeof spaceTrial>

/** POST /v1/chat/spaces/{id}/resume: a stopped space posts again; with `replay`, what was kept too. */
export const goOn = Type.Object({ replay: Type.Boolean() }, closed)

/** POST /v1/chat/preview: what a space would see, for a made-up appointment. */
export const previewQuery = Type.Object(
  {
    news: spaceNews,
    language,
    patientShownAs,
    count: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
  },
  closed,
)
export const chatPreview = Type.Object({
  text: Type.String(),
  bytes: count,
  message: Type.Unknown({
    description: 'The body as Google Chat would get it: `text`, `cardsV2`, `fallbackText`, `thread`',
  }),
})
export type ChatPreview = Static<typeof chatPreview>

export const post = Type.Object({
  postId: identifier('The post'),
  spaceId: identifier('The space'),
  spaceName: Type.String(),
  kind: postKind,
  news: Type.Optional(spaceNews),
  appointmentId: Type.Optional(identifier('The appointment')),
  state: postState,
  /** Any text over the wire: a newer notifier may know more of them. */
  code: Type.Optional(
    Type.Unsafe<PostCode>(Type.String({ description: 'Why it was not simply posted, for machines' })),
  ),
  digestOf: Type.Optional(Type.Integer()),
  attempts: count,
  acceptedAt: instant('When it was heard of'),
  postedAt: Type.Optional(instant('When Google Chat took it')),
  settledAt: Type.Optional(instant('When it came to its end')),
})
export type Post = Static<typeof post>

/** GET /v1/appointments/{id}/posts */
export const appointmentPosts = Type.Object({ items: Type.Array(post), broken })
export const postQuery = Type.Object(
  {
    ...pageQuery,
    spaceId: Type.Optional(identifier('Only of this space')),
    appointmentId: Type.Optional(identifier('Only about this appointment')),
    state: Type.Optional(postState),
  },
  closed,
)
export const postList = Type.Object({ items: Type.Array(post), next: nextPage, broken })

/** POST /v1/chat/posts/{id}/resolve */
export const postResolution = Type.Object(
  { as: Type.Union([Type.Literal('posted'), Type.Literal('again'), Type.Literal('abandon')]) },
  closed,
)
export type PostResolution = Static<typeof postResolution>
