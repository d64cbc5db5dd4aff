/** How far apart the works of one asker stand in line while they come faster than that. */
const spacingMs = 1_000
const mostAskers = 10_000

/**
 * Where new work stands in line. The first of an asker stands at its own time, what the same asker wants besides a second behind the
 * one before: whoever asks for a thousand things at once does not keep those waiting who ask for one, and still has their turn.
 *
 * Known by each process for what it writes down itself. After a restart an asker begins anew, which is unfair by one batch at most.
 */
export class FairLine {
  readonly #last = new Map<string, number>()

  placeFor(asker: string, at: Date): Date {
    const before = this.#last.get(asker) ?? Number.NEGATIVE_INFINITY
    const place = Math.max(at.getTime(), before + spacingMs)
    if (this.#last.size >= mostAskers) this.#forgetThePast(at.getTime())
    this.#last.set(asker, place)
    return new Date(place)
  }

  #forgetThePast(now: number): void {
    for (const [asker, place] of this.#last) if (place + spacingMs <= now) this.#last.delete(asker)
  }
}
