import type {
  Campaign,
  CampaignTexts,
  Completeness,
  DryRun,
  Language,
  MailPreview,
  MailTemplate,
  UploadResult,
} from '@rounds/contracts/http'
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { request, withQuery } from '../../http/request.ts'
import type { CampaignBody } from './campaign-form.ts'
import type { CampaignSearch } from './campaign-search.ts'

interface CampaignPage {
  readonly items: readonly Campaign[]
  readonly next?: string
}

/** Something moves: it is asked again each second. */
export const isMoving = ({ state, counts }: Campaign): boolean =>
  state === 'sending' ||
  // What was on its way when somebody paused or cancelled still arrives.
  ((state === 'paused' || state === 'cancelled') && (counts?.sending ?? 0) > 0)

export const campaignsQuery = ({ state }: CampaignSearch) =>
  infiniteQueryOptions({
    queryKey: ['campaigns', state ?? ''],
    queryFn: ({ pageParam, signal }) =>
      request<CampaignPage>(withQuery('/v1/campaigns', { state, limit: '25', cursor: pageParam }), {
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next,
    placeholderData: keepPreviousData,
    refetchInterval: ({ state: { data } }) =>
      data?.pages.some(({ items }) => items.some(isMoving)) ? 1_000 : 10_000,
  })

export const campaignQuery = (campaignId: string) =>
  queryOptions({
    queryKey: ['campaign', campaignId],
    queryFn: ({ signal }) => request<Campaign>(pathOf(campaignId), { signal }),
    refetchInterval: ({ state: { data } }) => (!data || isMoving(data) ? 1_000 : 5_000),
  })

export const makeCampaign = (body: CampaignBody, idempotencyKey: string) =>
  request<Campaign>('/v1/campaigns', { method: 'POST', body, idempotencyKey })

export const changeCampaign = ({ campaignId, version }: Campaign, body: CampaignBody) =>
  request<Campaign>(pathOf(campaignId), { method: 'PATCH', body, version })

export const uploadRecipients = (campaignId: string, content: Blob) =>
  request<UploadResult>(pathOf(campaignId, 'recipients'), {
    method: 'POST',
    file: { content, type: 'text/csv' },
  })

export const dryRunQuery = ({ campaignId, version }: Campaign) =>
  queryOptions({
    queryKey: ['dry-run', campaignId, version],
    queryFn: ({ signal }) => request<DryRun>(pathOf(campaignId, 'dry-run'), { method: 'POST', signal }),
    // It counts thousands of people: only when somebody asks.
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  })

export type CampaignAct = 'send' | 'approve' | 'pause' | 'resume' | 'cancel'

export const actOnCampaign = (campaignId: string, act: CampaignAct, reason: string, idempotencyKey: string) =>
  request<Campaign>(pathOf(campaignId, act), {
    method: 'POST',
    ...((act === 'pause' || act === 'cancel') && {
      body: reason.trim() ? { reason: reason.trim() } : {},
    }),
    idempotencyKey,
  })

/** A draft of the same for those whose mail failed, and for nobody else. */
export const draftAgain = (campaignId: string) =>
  request<Campaign>(pathOf(campaignId, 'resend'), { method: 'POST' })

export const errorsHref = (campaignId: string) => pathOf(campaignId, 'errors.csv')

const pathOf = (campaignId: string, rest?: string) =>
  `/v1/campaigns/${encodeURIComponent(campaignId)}${rest ? `/${rest}` : ''}`

export const templatesQuery = queryOptions({
  queryKey: ['templates'],
  queryFn: ({ signal }) => request<{ items: readonly MailTemplate[] }>('/v1/templates', { signal }),
  staleTime: 5 * 60_000,
})

/** A mail that is tried out, with the texts as they are being written. */
interface Tried {
  readonly language: Language
  readonly texts: CampaignTexts | undefined
  readonly columns: readonly string[]
}

const triedBody = ({ language, texts, columns }: Tried) => ({
  language,
  ...(texts && { texts, ...(columns.length > 0 && { columns }) }),
})

/** How it would look. */
export const previewQuery = (template: string, tried: Tried) =>
  queryOptions({
    queryKey: ['preview', template, tried],
    queryFn: ({ signal }) =>
      request<MailPreview>(`/v1/templates/${encodeURIComponent(template)}/preview`, {
        method: 'POST',
        body: triedBody(tried),
        signal,
      }),
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  })

export const sendTest = (template: string, tried: Tried, idempotencyKey: string) =>
  request<unknown>(`/v1/templates/${encodeURIComponent(template)}/test-send`, {
    method: 'POST',
    body: triedBody(tried),
    idempotencyKey,
  })

/** What the nightly checks found, latest first. */
export const completenessQuery = queryOptions({
  queryKey: ['completeness'],
  queryFn: ({ signal }) => request<Completeness>('/v1/completeness', { signal }),
  staleTime: 5 * 60_000,
})
