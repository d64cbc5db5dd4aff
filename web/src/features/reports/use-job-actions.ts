import type { Job } from '@rounds/contracts/http'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { clickKeys } from '../../http/click-key.ts'
import { request } from '../../http/request.ts'
import { jobsQuery, tellJob } from '../../live/job-cache.ts'
import type { Accepted } from './report-queries.ts'

/** What may be done with a job that exists. Which of them, its links say. */
export function useJobActions(job: Job) {
  const queries = useQueryClient()
  const [keys] = useState(clickKeys)
  const cancel = useMutation({
    mutationFn: (path: string) => request<Job>(path, { method: 'POST', idempotencyKey: keys.keyFor(path) }),
    onSuccess: (answer) => {
      keys.accepted()
      tellJob(queries, answer)
    },
  })
  const retry = useMutation({
    mutationFn: (path: string) =>
      request<Accepted>(path, { method: 'POST', idempotencyKey: keys.keyFor(path) }),
    onSuccess: async () => {
      keys.accepted()
      await queries.invalidateQueries({ queryKey: jobsQuery.queryKey })
    },
  })
  return {
    ...(job.links.cancel && { cancel: () => cancel.mutateAsync(job.links.cancel as string) }),
    ...(job.links.retry && { retry: () => retry.mutateAsync(job.links.retry as string) }),
    isBusy: cancel.isPending || retry.isPending,
  }
}
