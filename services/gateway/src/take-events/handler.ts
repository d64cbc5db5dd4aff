import { answerSubject, gatewayHearsSystem, openIntake, type SystemDocument } from '@rounds/contracts'
import { type Bus, done, rawSubscription, retry, type Subscription } from '@rounds/messaging'
import { traceOf } from '../trace.ts'
import { asItCame, type TakeEvent } from './take-event.ts'

export interface IntakeHeardDeps {
  readonly take: TakeEvent
  /** The system as it stands now: it may have been shut out since. */
  readonly systemBy: (id: string) => Promise<SystemDocument | undefined>
  readonly bus: Pick<Bus, 'answer'>
}

/** After so many attempts it is kept aside for a person: what never works must not stand before what does. */
const patience = 8
const concurrency = 16

/** What one system publishes at the broker. A rejected event is answered there too, and never becomes a dead letter. */
export function intakeHeard(system: string, { take, systemBy, bus }: IntakeHeardDeps): Subscription {
  return rawSubscription(gatewayHearsSystem(system), concurrency, async (parcel, { attempt, storedAt }) => {
    const one = await systemBy(system)
    // Nobody let it in here; the broker did. An admin may be about to.
    if (!one) return retry('no system of that name', 5_000)
    const opened = openIntake(parcel)
    const said =
      attempt < patience
        ? opened
        : ({ code: 'NOT_HANDLED', faults: ['/ could not be handled again and again'] } as const)
    const id = parcel.headers['ce-id']?.slice(0, 200)
    const result = await take({
      system: one,
      door: 'nats',
      from: 'nats',
      at: storedAt,
      said,
      ...(id === undefined ? {} : { id }),
      raw: asItCame(parcel),
      cause: traceOf('traceparent' in opened ? opened.traceparent : undefined),
    })
    if (result.result === 'rejected') bus.answer(answerSubject(system), result)
    return done
  })
}
