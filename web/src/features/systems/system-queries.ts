import type { Rejection, System } from '@rounds/contracts/http'
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { request, withQuery } from '../../http/request.ts'

export const systemsQuery = queryOptions({
  queryKey: ['systems'],
  queryFn: ({ signal }) => request<{ readonly items: readonly System[] }>('/v1/systems', { signal }),
})

export const shutOut = (systemId: string) =>
  request<System>(`/v1/systems/${encodeURIComponent(systemId)}/revoke`, { method: 'POST' })

interface RejectionPage {
  readonly items: readonly Rejection[]
  readonly next?: string
}

export const rejectionsQuery = infiniteQueryOptions({
  queryKey: ['rejections'],
  queryFn: ({ pageParam, signal }) =>
    request<RejectionPage>(withQuery('/v1/rejections', { limit: '50', cursor: pageParam }), { signal }),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: ({ next }) => next,
  refetchInterval: 10_000,
})

/** Asked for when somebody wants to see it and not before: each look is written down. */
export const openedRejectionQuery = (rejectionId: string) =>
  queryOptions({
    queryKey: ['rejections', rejectionId],
    queryFn: ({ signal }) =>
      request<Rejection & { readonly raw: string }>(`/v1/rejections/${encodeURIComponent(rejectionId)}`, {
        signal,
      }),
    staleTime: Number.POSITIVE_INFINITY,
  })

interface Message {
  readonly title: string
  readonly summary: string
  readonly examples: readonly { readonly headers: object; readonly payload: object }[]
  readonly 'x-schema': string
  readonly 'x-changes': readonly { readonly on: string; readonly what: string }[]
}

/** One event of the catalogue. */
export interface CatalogueEvent extends Message {
  readonly address: string
  readonly isOurs: boolean
}

/** The catalogue is the AsyncAPI document that machines read. */
export const catalogueQuery = queryOptions({
  queryKey: ['catalogue'],
  queryFn: async ({ signal }): Promise<readonly CatalogueEvent[]> => {
    const { channels } = await request<{
      readonly channels: Readonly<
        Record<string, { readonly address: string; readonly messages: Readonly<Record<string, Message>> }>
      >
    }>('/asyncapi.json', { signal })
    return Object.values(channels).flatMap(({ address, messages }) =>
      Object.values(messages)
        .filter((message) => 'x-schema' in message)
        .map((message) => ({ ...message, address, isOurs: !address.startsWith('events.') })),
    )
  },
  staleTime: Number.POSITIVE_INFINITY,
})
