import type { ChatMessage } from '@rounds/chat'

export interface OutgoingPost {
  /** A secret: in no error, log or metric. */
  readonly webhook: string
  readonly message: ChatMessage
  /** Asking again with the same one gives back the message that there is. */
  readonly requestId: string
}

/**
 * How an attempt ended.
 *
 * `posted`: it was taken. `slow down`: refused for now, by 429. `refused`: for good; asking again would be answered the same.
 * `not sent`: no byte of it left. `unknown`: it left, wholly or partly, and no answer says what became of it.
 */
export type Verdict =
  | { readonly kind: 'posted'; readonly message?: string }
  | { readonly kind: 'slow down'; readonly afterMs?: number }
  | { readonly kind: 'refused'; readonly httpStatus: number; readonly code: string }
  | { readonly kind: 'not sent'; readonly why: string }
  | { readonly kind: 'unknown'; readonly why: string }

export interface ChatTransport {
  /** Never rejects, and comes back in bounded time. */
  post(post: OutgoingPost): Promise<Verdict>
}
