import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { isPassing, isRefused } from '../http/problem.ts'

/** `onSignedOut` is called when an answer says that the session is over. */
export function makeQueryClient(onSignedOut: () => unknown): QueryClient {
  const onError = (error: unknown) => {
    if (isRefused(error, 401)) onSignedOut()
  }
  return new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: { staleTime: 15_000, retry: (count, error) => count < 2 && isPassing(error) },
      // Repeated with the same idempotency key, so that it happens once.
      mutations: { retry: (count, error) => count < 2 && isPassing(error), networkMode: 'always' },
    },
  })
}
