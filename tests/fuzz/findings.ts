/** Something that must not be; `again` is how to see it once more. */
export interface Finding {
  readonly what: string
  readonly again: string
}

/** What one part did and found. */
export interface PartResult {
  readonly part: string
  readonly counts: Readonly<Record<string, number>>
  readonly findings: readonly Finding[]
  /** Set when the part could not run at all: the reason, in one sentence. */
  readonly notRun?: string
}

/** Collects findings, the same kind once: a thousand requests that fail alike are one thing to mend. */
export function notebook() {
  const kinds = new Map<string, Finding & { times: number }>()
  return {
    note(kind: string, what: string, again: string) {
      const known = kinds.get(kind)
      if (known) known.times++
      else kinds.set(kind, { what, again, times: 1 })
    },
    findings: (): Finding[] =>
      Array.from(kinds.values(), ({ what, again, times }) => ({
        what: times > 1 ? `${what} (${times} times)` : what,
        again,
      })),
  }
}
