import { setTimeout as sleep } from 'node:timers/promises'
import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible'

/**
 * Turns of one system's events at the broker: so many a minute, second by second, each system for itself. What a stream keeps waits
 * there until its turn; what is only asked for is refused, since nobody would keep it.
 */
export class EventTurns {
  readonly #limiter: RateLimiterMemory
  readonly #wait: (ms: number) => Promise<unknown>

  constructor(eventsPerMinute: number, wait: (ms: number) => Promise<unknown> = sleep) {
    this.#limiter = new RateLimiterMemory({
      points: Math.max(1, Math.floor(eventsPerMinute / 60)),
      duration: 1,
    })
    this.#wait = wait
  }

  /** Resolves when it is this system's turn. */
  async next(system: string): Promise<void> {
    for (let waitMs = await this.#take(system); waitMs > 0; waitMs = await this.#take(system))
      await this.#wait(waitMs)
  }

  /** Whether it is this system's turn at this moment. */
  async isNow(system: string): Promise<boolean> {
    return (await this.#take(system)) === 0
  }

  async #take(system: string): Promise<number> {
    return this.#limiter.consume(system).then(
      () => 0,
      ({ msBeforeNext }: RateLimiterRes) => Math.max(1, msBeforeNext),
    )
  }
}
