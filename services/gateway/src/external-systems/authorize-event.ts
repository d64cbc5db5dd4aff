import type { AppointmentDocument, IntakeEvent, RejectionCode, SystemDocument } from '@rounds/contracts'

/** Why an event is not taken: for machines, and where. Expected, so a value. */
export interface Refusal {
  readonly code: RejectionCode
  readonly faults: readonly string[]
}

/** How far another system's clock may be ahead of ours. */
export const toleratedMs = 5 * 60_000

/** Whether this system may say this, now: its type, its source and its clock. Pure. */
export function refusalOf(
  system: Pick<SystemDocument, 'types' | 'sources' | 'revokedAt'>,
  event: IntakeEvent,
  arrivedAt: Date,
): Refusal | undefined {
  const { revokedAt } = system
  if (revokedAt && arrivedAt >= revokedAt)
    return { code: 'SYSTEM_REVOKED', faults: ['/source has been shut out'] }
  if (!system.types.includes(event.type))
    return { code: 'TYPE_NOT_YOURS', faults: ['/type is not among those that this system may say'] }
  if (!system.sources.some((source) => covers(source, event.source)))
    return { code: 'SOURCE_NOT_YOURS', faults: ['/source is not among those of this system'] }
  const { time, data } = event
  // The format lets a leap second pass, which is no moment here: no comparison with it is true.
  const moments = {
    '/time': time,
    '/data/startsAt': data.startsAt,
    '/data/checkedAt': data.checkedAt ?? time,
  }
  const none = Object.entries(moments).filter(([, moment]) => Number.isNaN(Date.parse(moment)))
  if (none.length > 0)
    return { code: 'INVALID_DATA', faults: none.map(([pointer]) => `${pointer} is no moment`) }
  const latest = arrivedAt.getTime() + toleratedMs
  const ahead = (['/time', '/data/checkedAt'] as const).filter(
    (pointer) => Date.parse(moments[pointer]) > latest,
  )
  return ahead.length > 0
    ? { code: 'TIME_AHEAD', faults: ahead.map((pointer) => `${pointer} lies ahead of our clock`) }
    : undefined
}

/**
 * Whether it makes a visit longer than any may be here, or lengthens one to that. One that stands, from before the limit was lowered, may
 * still be moved, cancelled and checked. Pure.
 */
export function tooLong(
  { data: { minutes } }: IntakeEvent,
  before: Pick<AppointmentDocument, 'minutes'> | undefined,
  longestMinutes: number,
): Refusal | undefined {
  return minutes <= longestMinutes || minutes === before?.minutes
    ? undefined
    : { code: 'INVALID_DATA', faults: [`/data/minutes must be at most ${longestMinutes}`] }
}

const covers = (allowed: string, source: string) =>
  allowed.endsWith('*') ? source.startsWith(allowed.slice(0, -1)) : source === allowed
