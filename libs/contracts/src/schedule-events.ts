import { type Static, Type } from 'typebox'
import { defineEvent, type EventOf } from './event.ts'
import { identifier, instant } from './identifier.ts'

/** What a schedule is for; each purpose has one service that hears its ticks. */
export const schedulePurpose = Type.Union([
  Type.Literal('daily-reminders'),
  Type.Literal('monthly-activity'),
  Type.Literal('completeness-check'),
  Type.Literal('campaign'),
  Type.Literal('report'),
])
export type SchedulePurpose = Static<typeof schedulePurpose>

export const scheduleChanged = defineEvent({
  type: 'schedule.changed',
  about: 'scheduleId',
  when: 'A schedule was made, edited, paused, resumed, run by hand or removed. What it says now stands in the published collection `schedules`.',
  data: {
    scheduleId: identifier('The schedule'),
    version: Type.Integer({ minimum: 1, description: 'Grows by one with each change' }),
  },
})

export const tickFired = defineEvent({
  type: 'tick.fired',
  about: 'scheduleId',
  addressed: true,
  when: 'The time of a schedule has come, or a person ran it by hand. Its id is made from the schedule and the nominal instant, so any number of replicas say it once.',
  data: {
    scheduleId: identifier('The schedule'),
    fireId: identifier('This fire: the schedule and its nominal instant'),
    purpose: schedulePurpose,
    due: instant('The nominal instant; for a run by hand, when it was asked for'),
    by: Type.Union([Type.Literal('clock'), Type.Literal('person')]),
  },
})

export type ScheduleChanged = EventOf<typeof scheduleChanged>
export type TickFired = EventOf<typeof tickFired>
