import type { DeliveryState } from '@rounds/contracts/http'
import { type Day, isDay } from '../../format/days.ts'

/** What of the deliveries is asked for. */
export interface DeliveryFilters {
  readonly state?: DeliveryState
  readonly template?: string
  readonly batchId?: string
  readonly recipientId?: string
  /** Only those that this digest told of. */
  readonly digestId?: string
  readonly from?: Day
  readonly to?: Day
}

/** What a person knows of a mail. It says something about people, so it stands in no address and is asked by POST. */
export interface KnownText {
  readonly by: 'address' | 'name' | 'subject'
  readonly text: string
}

/** The same with the tab, as it stands in the address. Never an address of a person: it would stay in histories. */
export interface DeliverySearch extends DeliveryFilters {
  readonly tab?: 'doubt' | 'suppressions'
}

export const deliveryStates = [
  'waiting',
  'sending',
  'sent',
  'merged',
  'suppressed',
  'failed',
  'in doubt',
  'cancelled',
] as const satisfies readonly DeliveryState[]

/** What an address means; what makes no sense is left out. */
export function readDeliverySearch(search: Readonly<Record<string, unknown>>): DeliverySearch {
  const { tab, state, template, batchId, recipientId, digestId, from, to } = search
  const inOrder = !(isDay(from) && isDay(to) && from > to)
  const known = deliveryStates.find((one) => one === state)
  return {
    ...((tab === 'doubt' || tab === 'suppressions') && { tab }),
    ...(known && { state: known }),
    ...(isTemplate(template) && { template }),
    ...(isIdentifier(batchId) && { batchId }),
    ...(isIdentifier(recipientId) && { recipientId }),
    ...(isIdentifier(digestId) && { digestId }),
    ...(isDay(from) && inOrder && { from }),
    ...(isDay(to) && inOrder && { to }),
  }
}

/** What is asked of the gateway: the doubtful have their own tab, in which no other state is meant. */
export function filtersOf({ tab, ...filters }: DeliverySearch): DeliveryFilters {
  return tab === 'doubt' ? { ...filters, state: 'in doubt' } : filters
}

export const isIdentifier = (value: unknown): value is string =>
  typeof value === 'string' && /^[A-Za-z0-9_-]{1,64}$/.test(value)

const isTemplate = (value: unknown): value is string =>
  typeof value === 'string' && /^[a-z][a-z0-9-]{0,59}$/.test(value)
