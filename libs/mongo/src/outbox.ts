import type { HospitalEvent } from '@rounds/contracts'

/** An event on its way out, inside the document whose change it tells. */
export interface OutboxEntry {
  readonly event: HospitalEvent
  /** When it was written, by the writer's clock; says only for how long it may be said again. */
  readonly at: Date
  /** The stream's incarnation that has it; absent until the broker acknowledged it. */
  readonly sentTo?: string
  /** Its sequence there, or a higher one that was acknowledged together with it. */
  readonly sequence?: number
}

/**
 * The outbox is a field that any collection may have: the change and what it says are one write, and no transaction is
 * needed. `outboxDue` is there exactly while something is unsent, which keeps the relay's index as small as its work.
 */
export interface WithOutbox {
  readonly outbox: readonly OutboxEntry[]
  readonly outboxDue?: Date
}

/** The outbox fields of a new document that says these events. */
export function outboxOf(events: readonly HospitalEvent[], now: Date): WithOutbox {
  const outbox = events.map((event) => ({ event, at: now }))
  return events.length > 0 ? { outbox, outboxDue: now } : { outbox }
}

/** How long an event may be said again after the broker lost its memory; older sent entries are forgotten. */
export const outboxKeepMs = 24 * 3_600_000

/**
 * The outbox fields of a changed document, as expressions for an update pipeline's `$set`. Events are wrapped in
 * `$literal`: a text that begins with a dollar would be an expression here.
 */
export function alsoSaying(
  events: readonly HospitalEvent[],
  now: Date | '$$NOW' = '$$NOW',
): Record<string, unknown> {
  return events.length === 0 ? {} : alsoSayingWhat({ $literal: events }, now)
}

/** The same for whatever events an expression gives. Sent entries older than a day go; unsent ones never do. */
export function alsoSayingWhat(events: unknown, now: Date | '$$NOW' = '$$NOW'): Record<string, unknown> {
  const kept = {
    $filter: {
      input: { $ifNull: ['$outbox', []] },
      as: 'entry',
      cond: {
        $or: [
          { $eq: [{ $type: '$$entry.sentTo' }, 'missing'] },
          { $gte: ['$$entry.at', { $subtract: [now, outboxKeepMs] }] },
        ],
      },
    },
  }
  const fresh = { $map: { input: events, as: 'event', in: { event: '$$event', at: now } } }
  // The earlier of the two: what is said again after the broker lost its memory has a due date behind all fresh ones.
  const due = { $min: ['$outboxDue', now] }
  return {
    outbox: { $concatArrays: [kept, fresh] },
    outboxDue: { $cond: [{ $eq: [events, []] }, '$outboxDue', due] },
  }
}
