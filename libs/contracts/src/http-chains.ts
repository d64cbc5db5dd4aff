import { type Static, Type } from 'typebox'
import { broken } from './http-problem.ts'
import { instant } from './identifier.ts'

const count = Type.Integer({ minimum: 0 })
/** Correlation ids also come from other systems' trace headers and from ticks, whose identifiers hold an instant. */
const anyId = (description: string) => Type.String({ minLength: 1, maxLength: 200, description })

export const chainQuery = Type.Object(
  { about: anyId('An appointment, job, delivery, post, schedule, event or dead letter') },
  { additionalProperties: false },
)

const story = Type.Object({
  correlationId: anyId('The same on all that one request, tick or message set off'),
  startedAt: instant('When its first event happened'),
  startedBy: Type.String({ description: 'Type of its first event' }),
  events: count,
})
export const chainList = Type.Object({
  items: Type.Array(story, { maxItems: 50, description: 'Latest first' }),
  broken,
})
export type ChainStory = Static<typeof story>

const chainEvent = Type.Object({
  eventId: Type.String(),
  type: Type.String(),
  source: Type.String({ description: 'Who said it' }),
  about: Type.String({ description: 'What it is about, by identifier' }),
  at: instant('When it happened'),
  afterMs: Type.Integer({ description: 'Since the first of the chain' }),
  causeId: Type.Optional(Type.String({ description: 'The event that led to it' })),
  depth: Type.Integer({ minimum: 0, description: 'How many causes stand above it here' }),
  isOrphan: Type.Boolean({ description: 'It names a cause that is not known here any more' }),
  deadLetters: Type.Array(
    Type.Object({ deadLetterId: Type.String(), consumer: Type.String(), state: Type.String() }),
    { description: 'Who could not take it' },
  ),
})

/** What one thing set off, as a tree: every event stands after its cause, one deeper. */
export const chain = Type.Object({
  correlationId: anyId('The chain'),
  startedAt: instant('Its first event'),
  endedAt: instant('Its last event so far'),
  events: Type.Array(chainEvent, { maxItems: 1_000 }),
  isWhole: Type.Boolean({
    description: 'False where there are more than a thousand; the earliest are shown',
  }),
  counts: Type.Array(Type.Object({ type: Type.String(), count }), { description: 'All of them, by type' }),
  broken,
})
export type Chain = Static<typeof chain>
export type ChainEvent = Static<typeof chainEvent>
