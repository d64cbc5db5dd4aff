import type { Chain, ChainStory } from '@rounds/contracts/http'
import { queryOptions } from '@tanstack/react-query'
import { request, withQuery } from '../../http/request.ts'

export const chainsQuery = (about: string) =>
  queryOptions({
    queryKey: ['chains', 'about', about],
    queryFn: ({ signal }) =>
      request<{ items: readonly ChainStory[] }>(withQuery('/v1/chains', { about }), { signal }),
    enabled: about !== '',
    // What has just happened is noted a moment later.
    refetchInterval: 5_000,
  })

export const chainQuery = (correlationId: string) =>
  queryOptions({
    queryKey: ['chains', 'one', correlationId],
    queryFn: ({ signal }) => request<Chain>(`/v1/chains/${encodeURIComponent(correlationId)}`, { signal }),
    refetchInterval: 5_000,
  })
