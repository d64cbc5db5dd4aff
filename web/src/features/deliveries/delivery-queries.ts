import type { Delivery, Resolution, Suppression } from '@rounds/contracts/http'
import { infiniteQueryOptions, keepPreviousData } from '@tanstack/react-query'
import { request, withQuery } from '../../http/request.ts'
import type { DeliveryFilters, KnownText } from './delivery-search.ts'

interface DeliveryPage {
  readonly items: readonly Delivery[]
  readonly next?: string
}

export const deliveriesQuery = (filters: DeliveryFilters, known?: KnownText) =>
  infiniteQueryOptions({
    queryKey: known ? ['deliveries', filters, known] : ['deliveries', filters],
    queryFn: ({ pageParam, signal }) =>
      known
        ? request<DeliveryPage>('/v1/deliveries/search', {
            method: 'POST',
            body: {
              ...filters,
              [known.by]: known.text,
              limit: '50',
              ...(pageParam ? { cursor: pageParam } : {}),
            },
            signal,
          })
        : request<DeliveryPage>(withQuery('/v1/deliveries', { ...filters, limit: '50', cursor: pageParam }), {
            signal,
          }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next,
    placeholderData: keepPreviousData,
    // Each search is an entry of the audit log.
    refetchInterval: known ? false : 10_000,
  })

export const settleDelivery = (deliveryId: string, as: Resolution, reason: string, idempotencyKey: string) =>
  request<unknown>(`/v1/deliveries/${encodeURIComponent(deliveryId)}/resolve`, {
    method: 'POST',
    body: { as, ...(reason.trim() && { reason: reason.trim() }) },
    idempotencyKey,
  })

interface SuppressionPage {
  readonly items: readonly Suppression[]
  readonly next?: string
}

export const suppressionsQuery = infiniteQueryOptions({
  queryKey: ['suppressions'],
  queryFn: ({ pageParam, signal }) =>
    request<SuppressionPage>(withQuery('/v1/suppressions', { limit: '50', cursor: pageParam }), { signal }),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: ({ next }) => next,
  // The mailer, whose list it is, does it a moment after it was asked.
  refetchInterval: 5_000,
})

export interface SuppressionWish {
  readonly mail: string
  readonly action: 'add' | 'lift'
  readonly note: string
}

export const askForSuppression = ({ mail, action, note }: SuppressionWish, idempotencyKey: string) =>
  request<unknown>('/v1/suppressions', {
    method: 'POST',
    body: { mail: mail.trim(), action, reason: 'by hand', ...(note.trim() && { note: note.trim() }) },
    idempotencyKey,
  })
