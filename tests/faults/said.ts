/** An event as it stands in an outbox, marked as said. */
export interface Said {
  readonly id: string
  readonly type: string
  readonly at: Date
  /** The incarnation of the stream that has it, as the relay wrote down. */
  readonly sentTo?: string
}

/** What the streams hold, read from themselves. */
export interface Heard {
  readonly ids: ReadonlySet<string>
  /** The incarnations of the streams that services publish to now. */
  readonly incarnations: ReadonlySet<string>
}

/** The broker may lose its memory: then what is younger is said again. */
const saidAgainForMs = 24 * 3_600_000

/**
 * Events that are marked as said and that no stream holds. Only one may be missing: said to a broker that has lost its
 * memory since, and too old to be said again.
 */
export function unheard(said: readonly Said[], { ids, incarnations }: Heard, now: number): readonly Said[] {
  const mayBeForgotten = ({ sentTo, at }: Said) =>
    sentTo !== undefined && !incarnations.has(sentTo) && now - at.getTime() > saidAgainForMs
  return said.filter((one) => !ids.has(one.id) && !mayBeForgotten(one))
}
