import { readableAttributes } from '@rounds/contracts'
import { type Gathered, publisherFaults } from '@rounds/messaging'

/** That something was said: its envelope and nothing of what it carried. */
export interface Said {
  /** The event's own identifier. */
  readonly _id: string
  readonly type: string
  readonly source: string
  /** What it is about. */
  readonly subject: string
  readonly correlationid: string
  readonly causationid?: string
  readonly at: Date
}

export interface Story {
  readonly correlationId: string
  readonly startedAt: Date
  readonly startedBy: string
  readonly events: number
}

/** What was said, for following one thing to what it set off and back to its start. */
export interface History {
  /** Known ones change nothing. */
  note(said: readonly Said[]): Promise<void>
  /** The chains in which something is about this, or is this; the latest first, fifty at most. */
  chainsAbout(id: string): Promise<Story[]>
  /** The earliest, one more than `most`; and how many there are of each type. */
  chain(
    correlationId: string,
    most: number,
  ): Promise<{ readonly said: Said[]; readonly counts: ReadonlyArray<{ type: string; count: number }> }>
  /** What of a chain no consumer could take. */
  deadIn(correlationId: string): Promise<DeadInChain[]>
}

export interface DeadInChain {
  readonly deadLetterId: string
  readonly eventId: string
  readonly consumer: string
  readonly state: string
}

/**
 * The envelope of what was gathered; nothing for canaries, and for what is no event of ours or not from
 * whom it says. Never throws.
 */
export function saidIn({ parcel, storedAt }: Gathered): Said | undefined {
  const { id, type, source, subject, correlationid, causationid, time } = readableAttributes(parcel)
  if (!id || !type || !source || !subject || !correlationid) return undefined
  if (type.endsWith('.canary') || type.startsWith('canary.')) return undefined
  const isReplay = (on: string) => on.startsWith('replay.')
  if (publisherFaults({ type, source, subject }, parcel.subject, isReplay).length > 0) return undefined
  const at = new Date(time ?? '')
  return {
    _id: id,
    type,
    source,
    subject,
    correlationid,
    ...(causationid ? { causationid } : {}),
    at: Number.isNaN(at.getTime()) ? storedAt : at,
  }
}
