import type { Fire, NewSchedule, Schedule, SchedulePreview } from '@rounds/contracts/http'
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { request, withQuery } from '../../http/request.ts'

export const schedulesQuery = queryOptions({
  queryKey: ['schedules'],
  queryFn: ({ signal }) =>
    request<{ items: readonly Schedule[]; broken?: readonly { id: string }[] }>('/v1/schedules', { signal }),
  refetchInterval: 10_000,
})

export const scheduleQuery = (scheduleId: string) =>
  queryOptions({
    queryKey: ['schedule', scheduleId],
    queryFn: ({ signal }) => request<Schedule>(pathOf(scheduleId), { signal }),
    refetchInterval: 5_000,
  })

interface FirePage {
  readonly items: readonly Fire[]
  readonly next?: string
}

export const firesQuery = (scheduleId: string) =>
  infiniteQueryOptions({
    queryKey: ['fires', scheduleId],
    queryFn: ({ pageParam, signal }) =>
      request<FirePage>(withQuery(pathOf(scheduleId, 'fires'), { limit: '20', cursor: pageParam }), {
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next,
    refetchInterval: 2_000,
  })

/** The next times of an expression that is being written, and what is wrong with it. */
export const previewQuery = (expression: string, zone: string) =>
  queryOptions({
    queryKey: ['fires-preview', expression, zone],
    queryFn: ({ signal }) =>
      request<SchedulePreview>('/v1/schedules/preview', {
        method: 'POST',
        body: { expression, zone },
        signal,
      }),
    placeholderData: keepPreviousData,
    enabled: expression !== '',
    retry: false,
  })

export const makeSchedule = (body: NewSchedule, idempotencyKey: string) =>
  request<Schedule>('/v1/schedules', { method: 'POST', body, idempotencyKey })

/** The purpose stays what it is. */
export const changeSchedule = (
  { scheduleId, version }: Schedule,
  { purpose: _stays, ...change }: NewSchedule,
) => request<Schedule>(pathOf(scheduleId), { method: 'PATCH', body: change, version })

export const runSchedule = (scheduleId: string, idempotencyKey: string) =>
  request<{ fireId: string }>(pathOf(scheduleId, 'run'), { method: 'POST', idempotencyKey })

export const pauseSchedule = (scheduleId: string, reason: string, idempotencyKey: string) =>
  request<Schedule>(pathOf(scheduleId, 'pause'), {
    method: 'POST',
    body: { reason: reason.trim() },
    idempotencyKey,
  })

export const resumeSchedule = (scheduleId: string, idempotencyKey: string) =>
  request<Schedule>(pathOf(scheduleId, 'resume'), { method: 'POST', idempotencyKey })

/** Without a version where there is none to be seen: of a record that cannot be shown. */
export const removeSchedule = (scheduleId: string, version?: number) =>
  request<undefined>(pathOf(scheduleId), { method: 'DELETE', ...(version === undefined ? {} : { version }) })

const pathOf = (scheduleId: string, rest?: string) =>
  `/v1/schedules/${encodeURIComponent(scheduleId)}${rest ? `/${rest}` : ''}`
