import { type ConsumerDeclaration, contractOf } from '@rounds/contracts'
import type { Log } from '@rounds/kernel'
import { deadLetter } from './dead-letter.ts'
import { type Outcome, reject } from './outcome.ts'
import type { Parcel } from './parcel.ts'
import { receive, receiveRaw } from './receive.ts'
import { type Letter, type Settled, settle } from './settle.ts'
import type { Subscription } from './subscription.ts'

/** One delivery, and what it takes to see it through. */
export interface Delivering {
  readonly attempt: number
  readonly consumer: ConsumerDeclaration
  readonly handlers: Subscription['handlers']
  readonly raw?: Subscription['raw'] | undefined
  readonly signal: AbortSignal
  /** Names the message within its stream. */
  readonly place: string
  /** When the broker stored it. */
  readonly storedAt: Date
  readonly log: Log
  /** Stores a parcel under an id; resolves once the stream has it. */
  readonly store: (parcel: Parcel, id: string) => Promise<unknown>
  readonly onHandled?: OnHandled | undefined
}

/** Told of every delivery once it is settled; for counting. A stranger's type is `unknown`. */
export type OnHandled = (type: string, settled: Settled, seconds: number) => void

/** From the broker's hand to its being settled: the same for every broker. Never throws. */
export async function deliver(letter: Letter, parcel: Parcel, delivering: Delivering): Promise<Settled> {
  const { attempt, consumer, handlers, signal, place, store } = delivering
  const { durable, patience } = consumer
  const begun = performance.now()
  const outcome = attempt > patience ? neverSettled : await handle()
  const log = delivering.log
  if (outcome.kind !== 'done') {
    // What a stranger calls it may name somebody.
    const eventId = delivering.raw ? undefined : parcel.headers['ce-id']
    log.warn(
      { durable, subject: parcel.subject, eventId, attempt, outcome: outcome.kind, reason: outcome.reason },
      'not handled',
    )
  }
  const settled = await settle(letter, outcome, {
    attempt,
    patience,
    log,
    async bury(reason) {
      const dead = deadLetter(parcel, { reason, consumer, deliveries: attempt, at: new Date(), place })
      await store(dead, dead.id)
    },
  })
  const type = contractOf(parcel.headers['ce-type'] ?? '')?.type ?? 'unknown'
  delivering.onHandled?.(type, settled, (performance.now() - begun) / 1_000)
  return settled

  function handle(): Promise<Outcome> {
    const { raw, storedAt } = delivering
    return raw
      ? receiveRaw(parcel, raw, { attempt, signal, storedAt })
      : receive(parcel, consumer, handlers, { attempt, signal })
  }
}

// Whoever had it in hand died each time.
const neverSettled: Outcome = reject('it was delivered again and again and never settled')
