import { type QueryKey, type UseQueryOptions, type UseQueryResult, useQuery } from '@tanstack/react-query'

/**
 * For a form. Later news, which come under the key of the query itself, must not overwrite what is being written; and
 * the version that is sent with it stays the one that was read, so that what others changed meanwhile is not lost.
 */
export const useReadOnce = <T, K extends QueryKey>(
  query: UseQueryOptions<T, Error, T, K>,
): UseQueryResult<T> =>
  useQuery<T>({
    queryKey: ['form', ...query.queryKey],
    ...(query.queryFn && { queryFn: query.queryFn as NonNullable<UseQueryOptions<T>['queryFn']> }),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  })
