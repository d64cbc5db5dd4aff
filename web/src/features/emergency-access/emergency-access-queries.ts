import type { EmergencyAccess } from '@rounds/contracts/http'
import { infiniteQueryOptions } from '@tanstack/react-query'
import { RefusedError } from '../../http/problem.ts'
import { request, withQuery } from '../../http/request.ts'

interface EmergencyAccessPage {
  readonly items: readonly EmergencyAccess[]
  readonly next?: string
}

export const emergencyAccessQuery = infiniteQueryOptions({
  queryKey: ['emergency-access'],
  queryFn: ({ pageParam, signal }) =>
    request<EmergencyAccessPage>(withQuery('/v1/emergency-access', { limit: '50', cursor: pageParam }), {
      signal,
    }),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: ({ next }) => next,
})

export const openEmergencyAccess = (patientId: string, reason: string) =>
  request<EmergencyAccess>('/v1/emergency-access', { method: 'POST', body: { patientId, reason } })

/** The patient exists, and whoever asks does not treat them: a reason opens the history all the same. */
export const isNotTreated = (error: unknown) =>
  error instanceof RefusedError && error.problem.code === 'NO_TREATMENT_RELATION'
