import { type Loop, rounds } from '@rounds/ledger'
import type { Bus, Log } from '@rounds/messaging'
import { consumerOf, type DeadLetter, replayed } from '../dead-letter.ts'
import type { ReplayDesk } from '../dead-letters.ts'

export interface ReplayerDeps {
  readonly desk: ReplayDesk
  readonly bus: Pick<Bus, 'replay' | 'incarnation'>
  readonly now: () => Date
  readonly log: Log
  readonly pollEveryMs?: number
}

const atOnce = 16
const askEveryMs = 5_000

/**
 * Takes the turns of bulk replays, so many letters a second over all replicas, and sends out what was decided. Both go by
 * what stands in the database: a process that dies leaves it to the next one. Sent twice, a letter goes under the same id.
 */
export function replayer({ desk, bus, now, log, pollEveryMs = 500 }: ReplayerDeps): Loop {
  let incarnation: string | undefined
  let askedAt = Number.NEGATIVE_INFINITY

  return rounds('replays', log, async () => {
    const taken = await takeTurn()
    // Before sending, never after: a mark must not name a stream that the message came before.
    const current = await lifeOfStreams()
    const unsent = await desk.unsent(atOnce)
    if (unsent.length === 0) return taken ? 0 : pollEveryMs
    const ends = await Promise.allSettled(unsent.map((letter) => send(letter, current)))
    const refusal = ends.find((end) => end.status === 'rejected')
    if (refusal) {
      askedAt = Number.NEGATIVE_INFINITY
      throw refusal.reason
    }
    return 0
  })

  async function takeTurn(): Promise<boolean> {
    const run = await desk.nextTurn()
    if (!run) return false
    const letters = await desk.lettersFor(run)
    for (const { _id, attributes } of letters) {
      const { id: eventId } = attributes
      const whose = { by: run.by, at: now(), runId: run._id }
      await desk.sendBack(_id, { as: 'same', wish: 'same', ...whose, ...(eventId ? { eventId } : {}) })
    }
    if (letters.length < run.perSecond) await desk.end(run._id)
    return true
  }

  /** A new life has nothing of what went into the last one. */
  async function lifeOfStreams(): Promise<string> {
    if (incarnation !== undefined && performance.now() - askedAt < askEveryMs) return incarnation
    const current = await bus.incarnation()
    askedAt = performance.now()
    if (current === incarnation) return current
    incarnation = current
    const count = await desk.sendAgain(current)
    if (count > 0) log.warn({ count }, 'the broker lost its memory: replays go out again')
    return current
  }

  async function send(letter: DeadLetter, current: string): Promise<void> {
    const consumer = consumerOf(letter)
    if (consumer) await bus.replay(replayed(letter), consumer, `replay:${letter._id}`)
    else log.error({ deadLetterId: letter._id, durable: letter.consumer }, 'a replay to nobody')
    await desk.sent(letter._id, current)
  }
}
