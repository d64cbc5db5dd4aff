import type { Job, JobState, ReportRequest } from '@rounds/contracts/http'
import { queryOptions } from '@tanstack/react-query'
import { request } from '../../http/request.ts'

export interface Accepted {
  readonly jobId: string
  readonly state: JobState
  readonly links: Job['links']
}

export interface ReportChoice {
  readonly report: string
  readonly title: string
  readonly about: string
  /** JSON Schema; of it, the form needs which parameters there are, and what a list has to choose from. */
  readonly parameters: { readonly properties: Readonly<Record<string, ReportParameter>> }
  readonly columns: ReadonlyArray<{ readonly id: string; readonly header: string; readonly type: string }>
}

export interface ReportParameter {
  readonly description?: string
  readonly anyOf?: ReadonlyArray<{ readonly const: string }>
}

/** What I may ask for. */
export const catalogueQuery = queryOptions({
  queryKey: ['catalogue'],
  queryFn: ({ signal }) => request<{ items: readonly ReportChoice[] }>('/v1/reports/catalogue', { signal }),
  staleTime: Number.POSITIVE_INFINITY,
})

export const askForReport = (wish: ReportRequest, idempotencyKey: string) =>
  request<Accepted>('/v1/reports', { method: 'POST', body: wish, idempotencyKey })
