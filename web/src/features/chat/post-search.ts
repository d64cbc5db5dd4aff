import type { PostState } from '@rounds/contracts/http'

/** What of the chat messages is asked for. */
export interface PostFilters {
  readonly spaceId?: string
  readonly appointmentId?: string
  readonly state?: PostState
}

/** The same with the tab, as it stands in the address. */
export interface PostSearch extends PostFilters {
  readonly tab?: 'doubt'
}

export const postStates = [
  'waiting',
  'posting',
  'posted',
  'stale',
  'failed',
  'in doubt',
  'cancelled',
] as const satisfies readonly PostState[]

/** What an address means; what makes no sense is left out. */
export function readPostSearch(search: Readonly<Record<string, unknown>>): PostSearch {
  const { tab, state, spaceId, appointmentId } = search
  const known = postStates.find((one) => one === state)
  return {
    ...(tab === 'doubt' && { tab }),
    ...(known && { state: known }),
    ...(isIdentifier(spaceId) && { spaceId }),
    ...(isIdentifier(appointmentId) && { appointmentId }),
  }
}

/** What is asked of the gateway: the doubtful have their own tab, in which no other state is meant. */
export function postFiltersOf({ tab, ...filters }: PostSearch): PostFilters {
  return tab === 'doubt' ? { ...filters, state: 'in doubt' } : filters
}

const isIdentifier = (value: unknown): value is string =>
  typeof value === 'string' && /^[A-Za-z0-9_-]{1,64}$/.test(value)
