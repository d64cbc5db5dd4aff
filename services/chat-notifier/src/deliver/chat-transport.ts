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
 * `posted`: it was taken, as the message's own name shows. `slow down`: refused for now, by 429. `refused`: Google Chat does not accept
 * the webhook, whatever is sent. `bad message`: it does not take this message. `not sent`: no byte of it left. `unknown`: it left, wholly
 * or partly, and nothing that Google Chat itself answered says what became of it.
 */
export type Verdict =
  | { readonly kind: 'posted'; readonly message: string }
  | { readonly kind: 'slow down'; readonly afterMs?: number }
  | { readonly kind: 'refused'; readonly httpStatus: number; readonly code: string }
  | { readonly kind: 'bad message'; readonly httpStatus: number; readonly code: string }
  | { readonly kind: 'not sent'; readonly why: string }
  | { readonly kind: 'unknown'; readonly why: string }

/** The `why` of an answer that is not Google Chat's. */
export const notGoogle = 'NOT_GOOGLE_CHAT'

export interface ChatTransport {
  /** Never rejects, and comes back in bounded time. */
  post(post: OutgoingPost): Promise<Verdict>
}
