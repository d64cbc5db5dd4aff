import type { Chance } from './chance.ts'

/**
 * Makes identifiers in UUIDv7's form that ascend with the times they are made of, so that the order in which documents
 * are written is also the order in which an export reads them. Unlike UUIDv7's, their random part is no secret.
 */
export function timeOrderedIds(chance: Chance): (at: number) => string {
  let last = -1
  let counter = 0
  return (at) => {
    counter = at === last ? counter + 1 : 0
    last = at
    // 12 bits count within a millisecond: more would need a spill into the random part.
    if (counter > 0xfff) throw new RangeError('more than 4096 identifiers in one millisecond')
    const time = hex(at, 12)
    const variant = hex(0x8000 + chance.below(0x4000), 4)
    const rest = hex(chance.below(2 ** 32), 8) + hex(chance.below(0x10000), 4)
    return `${time.slice(0, 8)}-${time.slice(8)}-7${hex(counter, 3)}-${variant}-${rest}`
  }
}

const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0')
