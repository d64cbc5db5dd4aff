import { type Static, Type } from 'typebox'
import { identifier } from './identifier.ts'
import { audience, campaignTexts } from './mail-collections.ts'
import { mailPurpose, templateName } from './mail-words.ts'
import { schedulePurpose } from './schedule-events.ts'
import { line } from './text.ts'

const date = (description: string) => Type.Unsafe<Date>({ bsonType: 'date', description })

/** What becomes of occurrences that were missed while no scheduler ran. */
export const catchUp = Type.Object(
  {
    policy: Type.Union([Type.Literal('skip'), Type.Literal('once'), Type.Literal('all')]),
    windowMinutes: Type.Integer({
      minimum: 1,
      maximum: 60 * 24 * 31,
      description: 'How late an occurrence may still be fired',
    }),
  },
  { additionalProperties: false },
)

/** What a schedule's purpose needs to know. */
export const scheduleParameters = Type.Object(
  {
    offsets: Type.Optional(
      Type.Array(Type.Union([Type.Literal('same-day'), Type.Literal('day-before')]), {
        minItems: 1,
        maxItems: 2,
        uniqueItems: true,
        description: 'daily-reminders: of which appointments; absent: of that day',
      }),
    ),
    report: Type.Optional(Type.String({ maxLength: 60, description: 'report: which one' })),
    parameters: Type.Optional(Type.Record(Type.String(), Type.String({ maxLength: 200 }))),
    recipients: Type.Optional(
      Type.Array(identifier('Who is told when it is ready'), { maxItems: 50, uniqueItems: true }),
    ),
    campaign: Type.Optional(
      Type.Object(
        {
          name: line({ maxLength: 200 }),
          template: templateName,
          purpose: mailPurpose,
          audience,
          texts: Type.Optional(campaignTexts),
        },
        { additionalProperties: false, description: 'campaign: what is sent each time' },
      ),
    ),
  },
  { additionalProperties: false },
)
export type ScheduleParameters = Static<typeof scheduleParameters>

/** `schedules`: what is to happen when. */
export const scheduleDeed = Type.Union([
  Type.Literal('changed'),
  Type.Literal('paused'),
  Type.Literal('resumed'),
  Type.Literal('run'),
  Type.Literal('removed'),
])
export type ScheduleDeed = Static<typeof scheduleDeed>

/** A field as it was and as it became; what is no text is written as JSON. */
export const changedField = Type.Object({ field: Type.String(), from: Type.String(), to: Type.String() })
export type ChangedField = Static<typeof changedField>

export const scheduleDocument = Type.Object({
  _id: identifier('The schedule'),
  name: Type.String(),
  purpose: schedulePurpose,
  parameters: scheduleParameters,
  expression: Type.String(),
  zone: Type.String(),
  catchUp,
  overlap: Type.Union([Type.Literal('skip'), Type.Literal('allow')]),
  paused: Type.Optional(Type.Object({ reason: Type.String(), by: identifier('Who'), at: date('When') })),
  removedAt: Type.Optional(date('When it was taken away; its history stays')),
  /** Runs asked for by hand, the last few; each is fired once. */
  runs: Type.Array(Type.Object({ runId: identifier('The run'), by: identifier('Who'), at: date('When') })),
  /** Nothing before this is missed: when it was made, edited or let go on. */
  activeFrom: date('From when occurrences count'),
  createdBy: identifier('Who made it'),
  createdAt: date('When'),
  updatedBy: identifier('Who changed it last'),
  updatedAt: date('When'),
  version: Type.Integer(),
  /** Everybody who ever wrote it, in whichever version. */
  contributors: Type.Optional(Type.Array(identifier('Who'))),
  /** Who did what to it, the last few, oldest first. Absent: nobody did since this is kept. */
  changes: Type.Optional(
    Type.Array(
      Type.Object({
        at: date('When'),
        by: identifier('Who'),
        did: scheduleDeed,
        fields: Type.Array(changedField),
      }),
    ),
  ),
})
export type ScheduleDocument = Static<typeof scheduleDocument>

export const fireOutcome = Type.Union([
  Type.Literal('fired'),
  Type.Literal('late'),
  Type.Literal('missed'),
  Type.Literal('skipped'),
])

/** `fires`: one document per occurrence or run by hand; `_id` is made from the schedule and the nominal instant. */
export const fireDocument = Type.Object({
  _id: identifier('The fire'),
  scheduleId: identifier('The schedule'),
  purpose: schedulePurpose,
  due: date('The nominal instant'),
  at: date('When it was decided'),
  by: Type.Union([Type.Literal('clock'), Type.Literal('person')]),
  outcome: fireOutcome,
  lateMs: Type.Integer(),
  reason: Type.Optional(Type.String()),
})
export type FireDocument = Static<typeof fireDocument>
