import { type QueryKey, type UseQueryOptions, type UseQueryResult, useQuery } from '@tanstack/react-query'
import { useState } from 'react'

/**
 * For a form. Later news, which come under the key of the query itself, must not overwrite what is being written; and
 * the version that is sent with it stays the one that was read, so that what others changed meanwhile is not lost.
 */
export function useReadOnce<T, K extends QueryKey>(
  query: UseQueryOptions<T, Error, T, K>,
): Pick<UseQueryResult<T>, 'data' | 'error' | 'refetch'> {
  const { data, error, refetch } = useQuery<T>({
    queryKey: ['form', ...query.queryKey],
    ...(query.queryFn && { queryFn: query.queryFn as NonNullable<UseQueryOptions<T>['queryFn']> }),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  })
  // Kept here, whatever becomes of it in the cache while somebody writes.
  const [read, setRead] = useState<T>()
  if (read === undefined && data !== undefined) setRead(data)
  return { data: read ?? data, error: read === undefined ? error : null, refetch }
}
