/** Chance that falls the same way every time: the same seed gives the same hospital. */
export interface Chance {
  /** From 0 up to, but without, 1. */
  next(): number
  /** A whole number from 0 up to, but without, `limit`. */
  below(limit: number): number
  pick<T>(from: readonly T[]): T
  /** True once in `times`. */
  oneIn(times: number): boolean
}

/** Mulberry32 (Tommy Ettinger, public domain): tiny, and good enough to invent patients with. */
export function chance(seed: number): Chance {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (limit: number) => Math.floor(next() * limit)
  return {
    next,
    below,
    pick: (from) => {
      const picked = from[below(from.length)]
      if (picked === undefined) throw new RangeError('nothing to pick from')
      return picked
    },
    oneIn: (times) => next() * times < 1,
  }
}
