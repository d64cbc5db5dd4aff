import type { PublishedStream } from '@rounds/contracts'
import { type Log, type Loop, pollLoop } from '@rounds/kernel'
import type { Bus } from '@rounds/messaging'
import type { Seen, StreamIncarnation } from '@rounds/mongo'
import { consumerOf, type DeadLetter, replayed } from './dead-letter.ts'
import type { ReplayDesk } from './dead-letter-store.ts'

export interface ReplayerDeps {
  readonly desk: ReplayDesk
  readonly bus: Pick<Bus, 'replay'>
  /** One for each stream that letters go back to. */
  readonly incarnations: readonly StreamIncarnation[]
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
export function replayer({ desk, bus, incarnations, now, log, pollEveryMs = 500 }: ReplayerDeps): Loop {
  const known = new Map<PublishedStream, Seen>()
  let askedAt = Number.NEGATIVE_INFINITY

  return pollLoop('replays', log, async () => {
    const taken = await takeTurn()
    // Before sending, never after: a mark must not name a stream that the message came before.
    if (performance.now() - askedAt > askEveryMs) await lookAtStreams()
    const unsent = await desk.unsent(atOnce)
    if (unsent.length === 0) return taken ? 0 : pollEveryMs
    const ends = await Promise.allSettled(unsent.map(send))
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

  /** What a stream lost, or may have lost, goes out again. */
  async function lookAtStreams(): Promise<void> {
    for (const incarnation of incarnations) {
      const { stream } = incarnation
      const seen = await incarnation.look()
      if (seen.incarnation !== known.get(stream)?.incarnation || seen.unsureAfter !== undefined) {
        const count = await desk.sendAgain(stream, seen)
        if (count > 0) log.warn({ stream, count }, 'the broker lost its memory: replays go out again')
      }
      await incarnation.confirm()
      known.set(stream, seen)
    }
    askedAt = performance.now()
  }

  async function send(letter: DeadLetter): Promise<void> {
    const { _id, consumer: durable } = letter
    const consumer = consumerOf(letter)
    const incarnation = incarnations.find(({ stream }) => stream === consumer?.stream)
    const seen = incarnation && known.get(incarnation.stream)
    if (!consumer || !incarnation || !seen) {
      log.error({ deadLetterId: _id, durable }, 'a replay to nobody')
      return desk.sent(_id, { sentTo: 'nobody', sequence: 0 })
    }
    const id = seen.anew ? `replay:${_id}@${seen.anew}` : `replay:${_id}`
    const again = () => bus.replay(replayed(letter), consumer, id)
    const sequence = await again()
    incarnation.acknowledged(sequence, again)
    await desk.sent(_id, { sentTo: seen.incarnation, sequence })
  }
}
