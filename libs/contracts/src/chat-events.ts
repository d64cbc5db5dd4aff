import { Type } from 'typebox'
import { defineEvent, type EventOf } from './event.ts'
import { identifier } from './identifier.ts'

const spaceId = identifier('The space, as the hospital names it; never its webhook')
const postId = identifier('The post')
const appointmentId = Type.Optional(identifier('The appointment it tells of'))
const code = Type.String({ maxLength: 60, description: 'For machines, such as `NOT_FOUND`' })

export const spaceChanged = defineEvent({
  type: 'space.changed',
  about: 'spaceId',
  when: 'A chat space was added, edited, let go on or removed. What it says now stands in the published collection `spaces`; the webhook is nowhere in an event.',
  data: {
    spaceId,
    version: Type.Integer({ minimum: 1, description: 'Grows by one with each change' }),
  },
})

export const spaceTried = defineEvent({
  type: 'space.tried',
  about: 'spaceId',
  when: 'Somebody asked for a test message in a space.',
  data: { spaceId, trialId: identifier('This trial'), triedBy: identifier('Who asked') },
})

export const spaceStopped = defineEvent({
  type: 'space.stopped',
  about: 'spaceId',
  when: 'Google Chat refuses a space for good (400, 401, 403, 404): nothing is posted there until somebody lets it go on, and what it should have heard is kept.',
  data: { spaceId, code },
})

export const chatPosted = defineEvent({
  type: 'chat.posted',
  about: 'postId',
  when: 'Google Chat took a message. Carries neither its text nor whom it is about; several posts of a digest share a message.',
  data: { postId, spaceId, appointmentId },
})

export const chatFailed = defineEvent({
  type: 'chat.failed',
  about: 'postId',
  when: 'A post will not be made: refused, or too old to be news.',
  data: { postId, spaceId, code, appointmentId },
})

export const chatDoubted = defineEvent({
  type: 'chat.doubted',
  about: 'postId',
  when: 'Nobody knows whether a message was taken, and for too long to ask again under the same request id. A person settles it.',
  data: { postId, spaceId, appointmentId },
})

export const postResolved = defineEvent({
  type: 'post.resolved',
  about: 'postId',
  when: 'A person settled a post that was in doubt. Which way, stands here; nothing else does.',
  data: {
    postId,
    as: Type.Union([Type.Literal('posted'), Type.Literal('again'), Type.Literal('abandon')]),
    resolvedBy: identifier('Who decided'),
  },
})

export type SpaceChanged = EventOf<typeof spaceChanged>
export type SpaceTried = EventOf<typeof spaceTried>
export type SpaceStopped = EventOf<typeof spaceStopped>
export type ChatPosted = EventOf<typeof chatPosted>
export type ChatFailed = EventOf<typeof chatFailed>
export type ChatDoubted = EventOf<typeof chatDoubted>
export type PostResolved = EventOf<typeof postResolved>
