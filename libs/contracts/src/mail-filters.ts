import type { Audience } from './mail-collections.ts'
import type { DeliveryState } from './mail-words.ts'

/** A filter of a published collection, in MongoDB's words. */
export type Filter = Readonly<Record<string, unknown>>

const ended = { $in: ['done', 'failed', 'expired'] }
const otherEnds = ['sent', 'merged', 'suppressed', 'in doubt', 'cancelled'] as const

/** Texts of deliveries are compared without case and accents. Whoever makes the index and whoever asks name the same rule, or it is not used. */
export const deliverySearchCollation = { locale: 'en', strength: 1 } as const

/** A person looks for a mail by one of these; with the order of the list in it, so that one subject of a million mails is no sorting. */
export const deliverySearchIndexes = ['input.recipient.name', 'outcome.to', 'outcome.subject'].map(
  (field) => ({
    key: { [field]: 1, acceptedAt: -1, _id: -1 } as const,
    collation: deliverySearchCollation,
  }),
)

/** The ledger documents that `deliveryStateOf` calls so. */
export function deliveriesIn(state: DeliveryState): Filter {
  switch (state) {
    case 'waiting':
      return { state: { $in: ['waiting', 'claimed'] } }
    case 'sending':
      return { state }
    case 'sent':
    case 'merged':
    case 'suppressed':
      return { state: ended, 'outcome.kind': state }
    case 'failed':
      return { state: ended, 'outcome.kind': { $nin: otherEnds } }
    case 'in doubt':
    case 'cancelled':
      return { $or: [{ state }, { state: ended, 'outcome.kind': state }] }
    default:
      return state satisfies never
  }
}

/** Of whom an audience is made, for whoever counts it and for whoever lists it. */
export interface PeopleFilters {
  /** Of `people`. */
  readonly people: Filter
  /** Of `appointments`: only whoever has one of these. Ask batch by batch, with `patient.id` beside it. */
  readonly visits?: Filter
}

/** `period` are the days `from` and `to` as instants: from the first of `from` up to the first after `to`. */
export function peopleOf(
  audience: Extract<Audience, { kind: 'people' }>,
  period: { readonly since?: Date; readonly until?: Date },
): PeopleFilters {
  const { role, departmentId, doctorId, language } = audience
  const people = { kind: role, active: true, ...(language ? { language } : {}) }
  if (role === 'doctor') return { people: { ...people, ...(departmentId ? { departmentId } : {}) } }
  const visits = {
    ...(departmentId ? { 'department.id': departmentId } : {}),
    ...(doctorId ? { 'doctor.id': doctorId } : {}),
    ...(period.since || period.until
      ? {
          startsAt: {
            ...(period.since ? { $gte: period.since } : {}),
            ...(period.until ? { $lt: period.until } : {}),
          },
        }
      : {}),
  }
  if (Object.keys(visits).length === 0) return { people }
  return { people, visits: { status: { $ne: 'cancelled' }, ...visits } }
}
