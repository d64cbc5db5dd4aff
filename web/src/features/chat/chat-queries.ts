import type {
  ChatCounts,
  ChatPreview,
  NewSpace,
  PatientShownAs,
  Post,
  PostResolution,
  Space,
  SpaceChange,
  SpaceNews,
  SpaceTrial,
} from '@rounds/contracts/http'
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { request, withQuery } from '../../http/request.ts'
import type { PostFilters } from './post-search.ts'

/** What a page shows has a key that begins with `chat`: news of chat make it ask again. */
export const spacesQuery = queryOptions({
  queryKey: ['chat', 'spaces'],
  queryFn: ({ signal }) =>
    request<{ items: readonly Space[]; broken?: readonly { id: string }[] }>('/v1/chat/spaces', { signal }),
  refetchInterval: 10_000,
})

/** Stands on every page, so it is not asked for at all news: only once a space stopped. */
export const chatCountsQuery = queryOptions({
  queryKey: ['chat-counts'],
  queryFn: ({ signal }) => request<ChatCounts>('/v1/chat/counts', { signal }),
  refetchInterval: 15_000,
})

export const spaceQuery = (spaceId: string) =>
  queryOptions({
    queryKey: ['chat', 'space', spaceId],
    queryFn: ({ signal }) => request<Space>(pathOf(spaceId), { signal }),
    refetchInterval: 5_000,
  })

interface PostPage {
  readonly items: readonly Post[]
  readonly next?: string
}

export const postsQuery = (filters: PostFilters) =>
  infiniteQueryOptions({
    queryKey: ['chat', 'posts', filters],
    queryFn: ({ pageParam, signal }) =>
      request<PostPage>(withQuery('/v1/chat/posts', { ...filters, limit: '50', cursor: pageParam }), {
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next,
    placeholderData: keepPreviousData,
    refetchInterval: 10_000,
  })

/** How a test message goes: asked for until it has come to its end. */
export const trialQuery = (postId: string) =>
  queryOptions({
    queryKey: ['chat', 'trial', postId],
    // The notifier makes the post a moment after it was asked for.
    queryFn: ({ signal }) => request<Post>(`/v1/chat/posts/${encodeURIComponent(postId)}`, { signal }),
    retry: false,
    refetchInterval: ({ state }) => (state.data && isOver(state.data) ? false : 500),
  })

export const isOver = ({ state }: Pick<Post, 'state'>) => state !== 'waiting' && state !== 'posting'

export const postsOfQuery = (appointmentId: string) =>
  queryOptions({
    queryKey: ['chat', 'posts-of', appointmentId],
    queryFn: ({ signal }) =>
      request<{ items: readonly Post[] }>(`/v1/appointments/${encodeURIComponent(appointmentId)}/posts`, {
        signal,
      }),
    refetchInterval: 10_000,
  })

export interface PreviewWish {
  readonly news: SpaceNews
  readonly language: 'en' | 'hi'
  readonly patientShownAs: PatientShownAs
  readonly count?: number
}

export const chatPreviewQuery = (wish: PreviewWish) =>
  queryOptions({
    queryKey: ['chat-preview', wish],
    queryFn: ({ signal }) => request<ChatPreview>('/v1/chat/preview', { method: 'POST', body: wish, signal }),
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
  })

export const addSpace = (body: NewSpace, idempotencyKey: string) =>
  request<Space>('/v1/chat/spaces', { method: 'POST', body, idempotencyKey })

export const changeSpace = ({ spaceId, version }: Space, body: SpaceChange) =>
  request<Space>(pathOf(spaceId), { method: 'PATCH', body, version })

export const removeSpace = (spaceId: string) => request<undefined>(pathOf(spaceId), { method: 'DELETE' })

export const trySpace = (spaceId: string, idempotencyKey: string) =>
  request<SpaceTrial>(pathOf(spaceId, 'test'), { method: 'POST', idempotencyKey })

export const letGoOn = (spaceId: string, replay: boolean) =>
  request<Space>(pathOf(spaceId, 'resume'), { method: 'POST', body: { replay } })

export const settlePost = (postId: string, as: PostResolution['as']) =>
  request<Post>(`/v1/chat/posts/${encodeURIComponent(postId)}/resolve`, { method: 'POST', body: { as } })

const pathOf = (spaceId: string, rest?: string) =>
  `/v1/chat/spaces/${encodeURIComponent(spaceId)}${rest ? `/${rest}` : ''}`
