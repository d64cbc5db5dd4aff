import type { FastifyReply } from 'fastify'
import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible'
import { ProblemError } from './problem-error.ts'

interface Limit {
  /** Its name in the headers, such as `requests`. */
  readonly policy: string
  readonly quota: number
  readonly windowSeconds: number
}

/**
 * So much in so many seconds for each of those who ask, counted in this process. Told by `RateLimit` and `RateLimit-Policy`
 * (draft-ietf-httpapi-ratelimit-headers), so that a client can slow down before it is refused.
 */
export class RequestLimit {
  readonly #limit: Limit
  readonly #limiter: RateLimiterMemory

  constructor(limit: Limit) {
    this.#limit = limit
    this.#limiter = new RateLimiterMemory({ points: limit.quota, duration: limit.windowSeconds })
  }

  /** Counts what somebody asks for; throws 429 once it is too much. Without a reply nobody is told what is left. */
  async take(who: string, reply: FastifyReply | undefined, points = 1): Promise<void> {
    const { policy, quota, windowSeconds } = this.#limit
    let isRefused = false
    const { remainingPoints, msBeforeNext } = await this.#limiter
      .consume(who, points)
      .catch((refusal: RateLimiterRes) => {
        isRefused = true
        return refusal
      })
    const seconds = Math.max(1, Math.ceil(msBeforeNext / 1_000))
    if (reply) {
      also(reply, 'ratelimit-policy', `"${policy}";q=${quota};w=${windowSeconds}`)
      also(reply, 'ratelimit', `"${policy}";r=${remainingPoints};t=${seconds}`)
    }
    if (!isRefused) return
    throw new ProblemError(429, 'TOO_MANY_REQUESTS', `Too many ${policy}`, {
      detail: `At most ${quota} in ${windowSeconds} seconds are taken. Come back in ${seconds} seconds.`,
      headers: { 'retry-after': String(seconds) },
    })
  }
}

/** Both headers are lists: a request may count against several limits. */
function also(reply: FastifyReply, name: string, item: string): void {
  const before = reply.getHeader(name)
  reply.header(name, before === undefined ? item : `${before}, ${item}`)
}
