import type { Consent } from '@rounds/contracts/http'
import { queryOptions } from '@tanstack/react-query'
import { request } from '../../http/request.ts'

/** What this person agreed to be written to about. */
export const consentQuery = (personId: string) =>
  queryOptions({
    queryKey: ['consent', personId],
    queryFn: ({ signal }) => request<Consent>(pathOf(personId), { signal }),
  })

export const changeConsent = (personId: string, change: Partial<Record<ConsentPurpose, boolean>>) =>
  request<Consent>(pathOf(personId), { method: 'PUT', body: change })

export const consentPurposes = ['care', 'administrative', 'marketing'] as const
export type ConsentPurpose = (typeof consentPurposes)[number]

const pathOf = (personId: string) => `/v1/consents/${encodeURIComponent(personId)}`
