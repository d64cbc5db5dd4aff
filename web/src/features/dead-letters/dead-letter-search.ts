import type { DeadLetterKind, DeadLetterState } from '@rounds/contracts/http'
import { type Day, isDay } from '../../format/days.ts'

/** Which letters are shown, as it stands in the address. */
export interface DeadLetterSearch {
  readonly state?: DeadLetterState
  readonly kind?: DeadLetterKind
  readonly consumer?: string
  readonly type?: string
  readonly reason?: string
  readonly from?: Day
  readonly to?: Day
}

export const deadLetterStates = [
  'open',
  'replayed',
  'discarded',
  'explained',
] as const satisfies readonly DeadLetterState[]

export const deadLetterKinds = [
  'letter',
  'max deliveries',
  'terminated',
] as const satisfies readonly DeadLetterKind[]

/** What an address means; what makes no sense is left out. */
export function readDeadLetterSearch(search: Readonly<Record<string, unknown>>): DeadLetterSearch {
  const { consumer, type, reason, from, to } = search
  const state = deadLetterStates.find((one) => one === search.state)
  const kind = deadLetterKinds.find((one) => one === search.kind)
  const inOrder = !(isDay(from) && isDay(to) && from > to)
  return {
    ...(state && { state }),
    ...(kind && { kind }),
    ...(isConsumer(consumer) && { consumer }),
    ...(isType(type) && { type }),
    ...(isText(reason) && { reason }),
    ...(isDay(from) && inOrder && { from }),
    ...(isDay(to) && inOrder && { to }),
  }
}

/** What is done to many is done to open ones. */
export const filterOf = ({ state: _state, kind: _kind, ...filter }: DeadLetterSearch) => filter

const isConsumer = (value: unknown): value is string =>
  typeof value === 'string' && /^[A-Za-z0-9_-]{1,64}$/.test(value)
const isType = (value: unknown): value is string =>
  typeof value === 'string' && /^[a-z][a-z0-9.-]{0,99}$/.test(value)
const isText = (value: unknown): value is string =>
  typeof value === 'string' && value.trim() !== '' && value.length <= 200
