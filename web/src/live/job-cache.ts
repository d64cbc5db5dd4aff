import type { Job } from '@rounds/contracts/http'
import { infiniteQueryOptions, type QueryClient, queryOptions } from '@tanstack/react-query'
import { request, withQuery } from '../http/request.ts'
import {
  type JobPage,
  type JobPages,
  type JobProgress,
  mapJobs,
  newest,
  newestList,
  withJob,
  withProgress,
} from './newest-job.ts'

/** What I asked for, latest first. */
export const jobsQuery = infiniteQueryOptions({
  queryKey: ['jobs'],
  queryFn: ({ pageParam, signal }) =>
    request<JobPage>(withQuery('/v1/jobs', { limit: '25', cursor: pageParam }), { signal }),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: ({ next }) => next,
  structuralSharing: (known, fetched) => newestList(known as JobPages | undefined, fetched as JobPages),
})

export const jobQuery = (jobId: string) =>
  queryOptions({
    queryKey: ['job', jobId],
    queryFn: ({ signal }) => request<Job>(`/v1/jobs/${encodeURIComponent(jobId)}`, { signal }),
    structuralSharing: (known, fetched) => newest(known as Job | undefined, fetched as Job),
  })

/** Writes what was said about a job wherever it is shown. */
export function tellJob(queries: QueryClient, job: Job): void {
  queries.setQueryData(jobsQuery.queryKey, (list) => list && withJob(list, job))
  queries.setQueryData(jobQuery(job.jobId).queryKey, (known) => known && newest(known, job))
}

export function tellProgress(queries: QueryClient, progress: JobProgress): void {
  queries.setQueryData(
    jobsQuery.queryKey,
    (list) => list && mapJobs(list, (job) => withProgress(job, progress)),
  )
  queries.setQueryData(jobQuery(progress.jobId).queryKey, (known) => known && withProgress(known, progress))
}
