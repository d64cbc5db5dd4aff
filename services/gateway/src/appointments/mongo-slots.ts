import { duplicateKey } from '@rounds/mongo'
import { type Filter, type IndexDescription, MongoServerError } from 'mongodb'

/**
 * What an appointment of ours holds while it is booked: its minutes, of its doctor and of its patient. Two unique indexes let
 * each minute of either be held once, however many ask at the same moment. What other systems booked holds none: it stands there, and is refused here by nobody.
 */
export interface WithSlots {
  readonly slots?: readonly number[]
}

export const slotIndexes: readonly IndexDescription[] = ['doctor', 'patient'].map((whose) => ({
  key: { [`${whose}.id`]: 1, slots: 1 },
  name: `one ${whose} at a time`,
  unique: true,
  partialFilterExpression: { slots: { $exists: true } } satisfies Filter<WithSlots>,
}))

const minuteMs = 60_000

/**
 * The whole minutes that begin while the appointment lasts. Those that overlap by a minute or more share one, and those that follow
 * each other never do, also where they do not begin with a minute.
 */
export function slotsOf(startsAt: Date, minutes: number): number[] {
  const first = Math.ceil(startsAt.getTime() / minuteMs)
  const end = Math.ceil(startsAt.getTime() / minuteMs + minutes)
  return Array.from({ length: end - first }, (_, index) => first + index)
}

/** Whose time was taken, where that is why the database refused; any other error is thrown again. */
export function takenBy(error: unknown): 'doctor' | 'patient' {
  if (error instanceof MongoServerError && error.code === duplicateKey) {
    const pattern: object = Object(error.keyPattern)
    if ('slots' in pattern) return 'doctor.id' in pattern ? 'doctor' : 'patient'
  }
  throw error
}
