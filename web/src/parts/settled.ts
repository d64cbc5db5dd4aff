import { useQuery, useQueryClient } from '@tanstack/react-query'

/** A doubt, and the attempt that left it: sent again it may be doubtful anew. */
type Doubt = readonly [id: string, attempts: number]

const key = ['settled']

/** Which doubts were settled here a moment ago: lists follow later, and until then would offer the same decision again. */
export function useSettled() {
  const queries = useQueryClient()
  const { data: settled } = useQuery<readonly string[]>({
    queryKey: key,
    initialData: [],
    enabled: false,
    gcTime: Number.POSITIVE_INFINITY,
  })
  return {
    isSettled: (...doubt: Doubt) => settled.includes(JSON.stringify(doubt)),
    settle: (...doubt: Doubt) =>
      void queries.setQueryData<readonly string[]>(key, (before = []) => [...before, JSON.stringify(doubt)]),
  }
}
