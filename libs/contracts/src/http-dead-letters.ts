import { type Static, Type } from 'typebox'
import { broken, nextPage, pageQuery } from './http-problem.ts'
import { day, identifier, instant } from './identifier.ts'

const closed = { additionalProperties: false }
const count = Type.Integer({ minimum: 0 })
const who = Type.Object({ id: Type.String(), name: Type.String() })

export const deadLetterKind = Type.Union(
  [Type.Literal('letter'), Type.Literal('max deliveries'), Type.Literal('terminated')],
  {
    description:
      'A message that its consumer could not take; or what the broker says by itself: it delivered one too often and gave up, or one was ended by its consumer',
  },
)
export type DeadLetterKind = Static<typeof deadLetterKind>

export const deadLetterState = Type.Union(
  [Type.Literal('open'), Type.Literal('replayed'), Type.Literal('discarded'), Type.Literal('explained')],
  { description: 'Explained: an advisory whose message lies among the letters' },
)
export type DeadLetterState = Static<typeof deadLetterState>

/** Which letters are meant; the same words for a list, an export, and what is done to many at once. */
const search = {
  state: Type.Optional(deadLetterState),
  kind: Type.Optional(deadLetterKind),
  consumer: Type.Optional(identifier('The consumer that could not take it')),
  type: Type.Optional(
    Type.String({ minLength: 1, maxLength: 100, description: 'Of the event, or `unknown`' }),
  ),
  reason: Type.Optional(Type.String({ minLength: 1, maxLength: 200, description: 'Stands in the reason' })),
  from: Type.Optional(day('Died on this day or later, in the hospital’s zone')),
  to: Type.Optional(day('Died on this day or before')),
}
export const deadLetterQuery = Type.Object({ ...pageQuery, ...search }, closed)
export const deadLetterExportQuery = Type.Object(search, closed)
export const deadLetterFilter = Type.Object(
  {
    consumer: search.consumer,
    type: search.type,
    reason: search.reason,
    from: search.from,
    to: search.to,
  },
  closed,
)
export type DeadLetterFilter = Static<typeof deadLetterFilter>

const fault = Type.Object({
  pointer: Type.String({ description: 'JSON pointer into the event; `/data/…` into what it carries' }),
  detail: Type.String(),
})

/** Named, since generators would call it `DeadLetterReplay` after where it stands, which is what asks for one. */
export const replayDecision = Type.Object({
  as: Type.Union([Type.Literal('same'), Type.Literal('new')]),
  by: who,
  at: instant('When it was decided'),
  eventId: Type.Optional(Type.String({ description: 'Under which identifier its consumer gets it' })),
  runId: Type.Optional(identifier('The bulk replay it was part of')),
  sentAt: Type.Optional(instant('When the broker took it; absent while it is on its way')),
})

/** Named for the same reason. */
export const discardDecision = Type.Object({ by: who, at: instant('When'), reason: Type.String() })

export const deadLetter = Type.Object({
  deadLetterId: identifier('The letter'),
  kind: deadLetterKind,
  state: deadLetterState,
  consumer: Type.String(),
  service: Type.String(),
  type: Type.String({ description: 'Of the event; `unknown` where it is none of ours' }),
  reason: Type.String(),
  deliveries: count,
  firstAt: instant('When the message was first there to be delivered'),
  diedAt: instant('When its consumer gave up'),
  stream: Type.String(),
  sequence: count,
  bytes: Type.Integer({ minimum: 0, description: 'Of its body, as it was sent' }),
  isCut: Type.Boolean({ description: 'It was larger than what is kept; such a letter cannot be replayed' }),
  eventId: Type.Optional(Type.String()),
  about: Type.Optional(Type.String({ description: 'What the event is about, by identifier' })),
  correlationId: Type.Optional(Type.String({ description: 'Its chain, where that can be read' })),
  replayOf: Type.Optional(identifier('The letter whose replay died again')),
  letterId: Type.Optional(identifier('Of an advisory: where its message lies')),
  replay: Type.Optional(replayDecision),
  discard: Type.Optional(discardDecision),
})
export type DeadLetter = Static<typeof deadLetter>
export const deadLetterList = Type.Object({ items: Type.Array(deadLetter), next: nextPage, broken })

/** One letter, opened. What strangers wrote may name people: content is for admins. */
export const deadLetterOpened = Type.Interface([deadLetter], {
  faults: Type.Array(fault, {
    description: 'What the contracts say against it; none when only its handler did',
  }),
  attributes: Type.Record(Type.String(), Type.String(), {
    description: 'CloudEvents attributes, as far as they can be read',
  }),
  headers: Type.Optional(Type.Array(Type.Object({ name: Type.String(), value: Type.String() }))),
  data: Type.Optional(Type.Unknown({ description: 'What it carries, when that is JSON' })),
  raw: Type.Optional(Type.String({ description: 'The body as it came, base64' })),
})
export type DeadLetterOpened = Static<typeof deadLetterOpened>

/** What lies open, for the badge and for choosing a filter. */
export const deadLetterCounts = Type.Object({
  open: count,
  groups: Type.Array(
    Type.Object({
      kind: deadLetterKind,
      consumer: Type.String(),
      type: Type.String(),
      reason: Type.String(),
      count,
      oldestAt: instant('When the first of them died'),
      newestAt: instant('When the last of them died'),
    }),
    { maxItems: 200, description: 'The largest two hundred' },
  ),
})
export type DeadLetterCounts = Static<typeof deadLetterCounts>

const edited = {
  type: Type.Optional(Type.String({ minLength: 1, maxLength: 100, description: 'Absent: the letter’s own' })),
  data: Type.Unknown({ description: 'What the event is to carry' }),
}
export const deadLetterValidation = Type.Object(edited, closed)
export const deadLetterVerdict = Type.Object({ valid: Type.Boolean(), faults: Type.Array(fault) })
export type DeadLetterVerdict = Static<typeof deadLetterVerdict>

/** POST …/replay: the same event unchanged, or a new one that names the old as its cause. */
export const deadLetterReplay = Type.Object(
  {
    as: Type.Union([Type.Literal('same'), Type.Literal('new')]),
    type: edited.type,
    data: Type.Optional(edited.data),
  },
  closed,
)

const discardReason = Type.String({ minLength: 1, maxLength: 300, pattern: '\\S' })
export const deadLetterDiscard = Type.Object({ reason: discardReason }, closed)

const dryRun = Type.Optional(Type.Boolean({ description: 'Only counts' }))
export const deadLetterBulkReplay = Type.Object(
  {
    filter: deadLetterFilter,
    perSecond: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, description: 'Default 10' })),
    dryRun,
  },
  closed,
)
export const deadLetterBulkDiscard = Type.Object(
  { filter: deadLetterFilter, reason: discardReason, dryRun },
  closed,
)
export const deadLetterBulkCount = Type.Object({
  count: Type.Integer({ minimum: 0, description: 'Open letters that the filter means' }),
})

export const replayRun = Type.Object({
  runId: identifier('The bulk replay'),
  state: Type.Union([Type.Literal('running'), Type.Literal('done')]),
  filter: deadLetterFilter,
  perSecond: count,
  total: Type.Integer({ minimum: 0, description: 'Letters that it found when it began' }),
  taken: Type.Integer({ minimum: 0, description: 'Those whose turn has come' }),
  sent: Type.Integer({ minimum: 0, description: 'Those of them that the broker took' }),
  by: who,
  at: instant('When it was asked for'),
  endedAt: Type.Optional(instant('When the last one had its turn')),
})
export type ReplayRun = Static<typeof replayRun>
export const replayRunList = Type.Object({ items: Type.Array(replayRun), broken })
