import { type Static, Type } from 'typebox'
import { broken, nextPage, pageQuery } from './http-problem.ts'
import { identifier, instant } from './identifier.ts'
import {
  catchUp,
  changedField,
  fireOutcome,
  scheduleDeed,
  scheduleParameters,
} from './schedule-collections.ts'
import { schedulePurpose } from './schedule-events.ts'
import { line } from './text.ts'

const closed = { additionalProperties: false }
const who = Type.Object({ id: Type.String(), name: Type.String() })

const fields = {
  name: line({ maxLength: 200 }),
  purpose: schedulePurpose,
  parameters: Type.Optional(scheduleParameters),
  // Longer than any that is accepted, so that the answer can say so.
  expression: Type.String({ minLength: 1, maxLength: 20_000, description: 'Cron, five fields' }),
  zone: Type.Optional(Type.String({ minLength: 1, maxLength: 60, description: 'IANA zone' })),
  catchUp: Type.Optional(catchUp),
  overlap: Type.Optional(Type.Union([Type.Literal('skip'), Type.Literal('allow')])),
}
export const newSchedule = Type.Object(fields, closed)
export type NewSchedule = Static<typeof newSchedule>
/** The purpose stays what it is. */
export const scheduleChange = Type.Partial(Type.Omit(Type.Object(fields), ['purpose']), {
  ...closed,
  minProperties: 1,
})

export const comingFire = Type.Object({
  at: instant('In UTC'),
  local: Type.String({ description: 'The same in the schedule’s zone, with its offset' }),
  note: Type.Optional(Type.String({ description: 'At a change of the clocks' })),
})

export const schedule = Type.Object({
  scheduleId: identifier('The schedule'),
  name: Type.String(),
  purpose: schedulePurpose,
  parameters: scheduleParameters,
  expression: Type.String(),
  words: Type.Object({ en: Type.String(), hi: Type.String() }),
  zone: Type.String(),
  catchUp,
  overlap: Type.Union([Type.Literal('skip'), Type.Literal('allow')]),
  paused: Type.Optional(Type.Object({ reason: Type.String(), by: who, at: instant('When it was paused') })),
  next: Type.Array(comingFire, { maxItems: 3, description: 'None while it is paused' }),
  broken: Type.Optional(Type.String({ description: 'Why it never runs; absent on one that can be read' })),
  last: Type.Optional(
    Type.Object({ fireId: Type.String(), due: instant('When it was due'), outcome: fireOutcome }),
  ),
  createdBy: who,
  updatedBy: who,
  updatedAt: instant('When it last changed'),
  version: Type.Integer(),
  changes: Type.Array(
    Type.Object({ at: instant('When'), by: who, did: scheduleDeed, fields: Type.Array(changedField) }),
    { description: 'Who did what to it, the last twenty, latest first' },
  ),
})
export type Schedule = Static<typeof schedule>
export const scheduleList = Type.Object({ items: Type.Array(schedule), broken })

/** POST /v1/schedules/preview */
export const previewAsk = Type.Object(
  {
    expression: Type.String({ minLength: 1, maxLength: 20_000 }),
    zone: Type.Optional(Type.String({ minLength: 1, maxLength: 60 })),
    after: Type.Optional(instant('Absent: now')),
  },
  closed,
)
export const schedulePreview = Type.Object({
  words: Type.Object({ en: Type.String(), hi: Type.String() }),
  zone: Type.String(),
  next: Type.Array(comingFire, { maxItems: 20 }),
})
export type SchedulePreview = Static<typeof schedulePreview>

export const pauseReason = Type.Object({ reason: Type.String({ minLength: 1, maxLength: 300 }) }, closed)

export const fire = Type.Object({
  fireId: identifier('The fire'),
  due: instant('The nominal instant'),
  at: instant('When it was decided'),
  by: Type.Union([Type.Literal('clock'), Type.Literal('person')]),
  outcome: fireOutcome,
  lateMs: Type.Integer(),
  reason: Type.Optional(Type.String()),
  /** What came of it: the job of a report, or the counts of a batch of mails. */
  jobId: Type.Optional(Type.String()),
  batch: Type.Optional(
    Type.Object({ expected: Type.Integer(), ended: Type.Integer(), failed: Type.Integer() }),
  ),
})
export type Fire = Static<typeof fire>
export const fireQuery = Type.Object({ ...pageQuery }, closed)
export const fireList = Type.Object({ items: Type.Array(fire), next: nextPage, broken })
export const runAccepted = Type.Object({ fireId: identifier('The fire it becomes') })
