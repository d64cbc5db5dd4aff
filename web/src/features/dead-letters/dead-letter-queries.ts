import type {
  ConsumersHealth,
  DeadLetter,
  DeadLetterCounts,
  DeadLetterFilter,
  DeadLetterOpened,
  DeadLetterVerdict,
  ReplayRun,
} from '@rounds/contracts/http'
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { request, withQuery } from '../../http/request.ts'
import type { DeadLetterSearch } from './dead-letter-search.ts'

interface DeadLetterPage {
  readonly items: readonly DeadLetter[]
  readonly next?: string
}

const path = '/v1/dead-letters'
const pathOf = (deadLetterId: string) => `${path}/${encodeURIComponent(deadLetterId)}`

export const deadLettersQuery = (search: DeadLetterSearch) =>
  infiniteQueryOptions({
    queryKey: ['dead-letters', 'list', search],
    queryFn: ({ pageParam, signal }) =>
      request<DeadLetterPage>(withQuery(path, { ...search, limit: '50', cursor: pageParam }), { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next,
    placeholderData: keepPreviousData,
    refetchInterval: 10_000,
  })

export const deadLetterCountsQuery = queryOptions({
  queryKey: ['dead-letters', 'counts'],
  queryFn: ({ signal }) => request<DeadLetterCounts>(`${path}/counts`, { signal }),
  refetchInterval: 15_000,
})

export const deadLetterQuery = (deadLetterId: string) =>
  queryOptions({
    queryKey: ['dead-letters', 'one', deadLetterId],
    queryFn: ({ signal }) => request<DeadLetterOpened>(pathOf(deadLetterId), { signal }),
    // Until the broker has it.
    refetchInterval: ({ state: { data } }) => (data?.replay && !data.replay.sentAt ? 1_000 : false),
  })

export const replayRunsQuery = queryOptions({
  queryKey: ['dead-letters', 'runs'],
  queryFn: ({ signal }) => request<{ items: readonly ReplayRun[] }>(`${path}/replays`, { signal }),
  refetchInterval: ({ state: { data } }) => (data?.items.some(isUnderWay) ? 1_000 : 15_000),
})

export const consumersQuery = queryOptions({
  queryKey: ['consumers'],
  queryFn: ({ signal }) => request<ConsumersHealth>('/v1/health/consumers', { signal }),
  refetchInterval: 10_000,
})

const isUnderWay = ({ state, taken, sent }: ReplayRun) => state === 'running' || sent < taken

/** The whole file, with the filters that stand in the address. */
export const exportAddress = (search: DeadLetterSearch) => withQuery(`${path}/export`, { ...search })

export interface Edited {
  readonly type: string
  readonly data: unknown
}

export const validateDeadLetter = (deadLetterId: string, body: Edited) =>
  request<DeadLetterVerdict>(`${pathOf(deadLetterId)}/validate`, { method: 'POST', body })

/** Asking again for the same changes nothing, so no key is needed. */
export const replayDeadLetter = (deadLetterId: string, edited?: Edited) =>
  request<DeadLetter>(`${pathOf(deadLetterId)}/replay`, {
    method: 'POST',
    body: edited ? { as: 'new', ...edited } : { as: 'same' },
  })

export const discardDeadLetter = (deadLetterId: string, reason: string) =>
  request<DeadLetter>(`${pathOf(deadLetterId)}/discard`, { method: 'POST', body: { reason: reason.trim() } })

export const countToReplay = (filter: DeadLetterFilter) =>
  request<{ count: number }>(`${path}/replay`, { method: 'POST', body: { filter, dryRun: true } })

export const countToDiscard = (filter: DeadLetterFilter, reason = '-') =>
  request<{ count: number }>(`${path}/discard`, { method: 'POST', body: { filter, reason, dryRun: true } })

export const replayDeadLetters = (filter: DeadLetterFilter, perSecond: number, idempotencyKey: string) =>
  request<ReplayRun>(`${path}/replay`, { method: 'POST', body: { filter, perSecond }, idempotencyKey })

export const discardDeadLetters = (filter: DeadLetterFilter, reason: string) =>
  request<{ count: number }>(`${path}/discard`, { method: 'POST', body: { filter, reason: reason.trim() } })
