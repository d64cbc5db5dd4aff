import { type Static, Type } from 'typebox'
import { type PostCode, type PostKind, patientShownAs, restReason, spaceNews } from './chat-words.ts'
import { identifier } from './identifier.ts'
import { language } from './mail-words.ts'

const date = (description: string) => Type.Unsafe<Date>({ bsonType: 'date', description })

/** Which news a space hears: all given parts have to fit; without any, everybody's. */
export const spaceRule = Type.Object(
  {
    news: Type.Array(spaceNews, { minItems: 1, maxItems: 5, uniqueItems: true }),
    departmentId: Type.Optional(identifier('Only of this department')),
    doctorId: Type.Optional(identifier('Only of this doctor')),
    patientId: Type.Optional(identifier('Only of this patient')),
  },
  { additionalProperties: false },
)
export type SpaceRule = Static<typeof spaceRule>

/**
 * A secret at rest: AES-256-GCM under the key `keyId`, with the record's `_id` as associated data, so that one copied to
 * another record opens nothing. Parts in base64.
 */
export const sealedSecret = Type.Object({
  keyId: Type.String(),
  nonce: Type.String(),
  sealed: Type.String({ description: 'Ciphertext and tag' }),
})
export type SealedSecret = Static<typeof sealedSecret>

/** `spaces`: chat spaces and what they want to hear; the gateway's, whose admins edit them. */
export const spaceDocument = Type.Object({
  _id: identifier('The space'),
  name: Type.String(),
  /** Until it is removed. */
  webhook: Type.Optional(sealedSecret),
  /** The space's id in Google Chat, read from the webhook: enough to recognise it, opens nothing. */
  googleSpace: Type.String(),
  rules: Type.Array(spaceRule, { maxItems: 50 }),
  language,
  patientShownAs,
  /** News older than this is listed and not posted. */
  relevantMinutes: Type.Integer(),
  active: Type.Boolean({ description: 'False when a person switched it off' }),
  /**
   * A space that Google Chat refused goes on only when the message that it refused was sent for an earlier version than this one: set
   * when a person lets it go on, or enters another webhook. No clock decides: an answer to the old webhook may come after the new one.
   */
  resumedAtVersion: Type.Optional(
    Type.Integer({ description: 'The version in which somebody last let it go on' }),
  ),
  /** What happened before this was kept while it was stopped. */
  resumedAt: Type.Optional(date('When that was')),
  /** Whether what was kept while it was stopped is posted then, however old; otherwise it is called off. */
  replaysKept: Type.Optional(Type.Boolean()),
  createdBy: identifier('Who added it'),
  createdAt: date('When it was added'),
  removedAt: Type.Optional(date('When it was removed; its posts stay')),
  version: Type.Integer(),
  updatedAt: date('When it last changed'),
})
export type SpaceDocument = Static<typeof spaceDocument>

/** `spaceStates`: the notifier's side of a space: whose turn it is, when the next message may leave, whether it was refused. */
export const spaceStateDocument = Type.Object({
  _id: identifier('The space'),
  /** Taken by one worker at a time over all replicas; database time. */
  leaseUntil: date('Until when a worker has it'),
  fence: Type.Integer({ description: 'Counts turns; a write that carries an old one changes nothing' }),
  nextAt: date(
    'Before this moment nothing may leave: a second after the last answer, or what Retry-After said',
  ),
  /** The message that is leaving: written before its first byte, and gone once its end is written down. */
  sending: Type.Optional(
    Type.Object({
      requestId: Type.String(),
      posts: Type.Array(Type.String(), { description: 'Keys of the posts it tells of' }),
      since: date('When it was first about to leave'),
    }),
  ),
  /** How often in a row nothing was heard, or a refusal for now. */
  failures: Type.Optional(Type.Integer()),
  /** Why nothing leaves before `nextAt`; absent where that is only the second between two messages. */
  pause: Type.Optional(
    Type.Object({
      until: date('When it ends by itself'),
      reason: restReason,
      spaceVersion: Type.Integer({ description: 'An admin who lets a later version go on ends it' }),
    }),
  ),
  /** How many posts the next message tells of at most: fewer after one was refused for what it says, until the post is found that is the reason. */
  digestAtMost: Type.Optional(Type.Integer()),
  /** What was accepted before `until` was kept while the space was stopped. */
  kept: Type.Optional(Type.Object({ until: date('When somebody let it go on'), isReplayed: Type.Boolean() })),
  stopped: Type.Optional(
    Type.Object({
      at: date('When it was refused'),
      spaceVersion: Type.Integer({ description: 'The version of the space whose webhook was refused' }),
      httpStatus: Type.Integer(),
      code: Type.String({ description: 'Google’s word, such as `NOT_FOUND`' }),
      reason: Type.String({ description: 'For people; holds no part of the webhook' }),
    }),
  ),
  lastPostedAt: Type.Optional(date('When a message was last taken')),
})
export type SpaceStateDocument = Static<typeof spaceStateDocument>

/** The input of a document in the ledger `posts`: what is to be told where. What it says is read at the moment of posting. */
export interface PostInput {
  readonly spaceId: string
  readonly kind: PostKind
  /** The type of the event it tells of; a test has none. */
  readonly news?: Static<typeof spaceNews>
  readonly appointmentId?: string
  readonly appointmentVersion?: number
  /** Who asked for a test. */
  readonly triedBy?: string
  /** When it happened: news of too long ago is not posted. */
  readonly at: Date
  /** When the notifier heard of it, which may be long after; absent in posts of before this was noted. */
  readonly heardAt?: Date
  readonly cause: { readonly id?: string; readonly correlationid: string }
}

/** The outcome of a post. */
export interface PostOutcome {
  readonly kind: 'posted' | 'stale' | 'failed' | 'in doubt' | 'cancelled'
  /** Absent when it was simply posted. */
  readonly code?: PostCode
  readonly httpStatus?: number
  /** Google's resource name, `spaces/…/messages/…`. */
  readonly message?: string
  /** How many posts the message told of; absent when it was only this one. */
  readonly digestOf?: number
  readonly requestId?: string
  readonly postedAt?: Date
  readonly resolved?: { readonly by: string; readonly at: Date; readonly as: string }
}
