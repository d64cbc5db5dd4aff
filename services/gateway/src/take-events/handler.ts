import { answerSubject, gatewayHearsSystem, openIntake, type SystemDocument } from '@rounds/contracts'
import { type Bus, done, rawSubscription, retry, type Subscription } from '@rounds/messaging'
import { traceOf } from '../trace.ts'
import { type Arrival, asItCame, ContendedError, type TakeEvent } from './take-event.ts'

export interface IntakeHeardDeps {
  readonly take: TakeEvent
  /** The system as it stands now: it may have been shut out since. */
  readonly systemBy: (id: string) => Promise<SystemDocument | undefined>
  /** Whether what was thrown is the database's doing and says nothing of the event. */
  readonly isDatabaseRefusing: (error: unknown) => boolean
  readonly bus: Pick<Bus, 'answer'>
}

/**
 * From this attempt on, what fails by itself is kept aside for a person: what never works must not stand before what does. The
 * broker counts also the attempts that a refusing database cost, so that the event is always tried first.
 */
const patience = 8
const concurrency = 16

/** What one system publishes at the broker. A rejected event is answered there too, and never becomes a dead letter. */
export function intakeHeard(
  system: string,
  { take, systemBy, isDatabaseRefusing, bus }: IntakeHeardDeps,
): Subscription {
  return rawSubscription(gatewayHearsSystem(system), concurrency, async (parcel, { attempt, storedAt }) => {
    const one = await systemBy(system)
    // Nobody let it in here; the broker did. An admin may be about to.
    if (!one) return retry('no system of that name', 5_000)
    const said = openIntake(parcel)
    const id = parcel.headers['ce-id']?.slice(0, 200)
    const arrival: Arrival = {
      system: one,
      door: 'nats',
      from: 'nats',
      at: storedAt,
      said,
      ...(id === undefined ? {} : { id }),
      raw: asItCame(parcel),
      cause: traceOf('traceparent' in said ? said.traceparent : undefined),
    }
    const result = await take(arrival).catch((error: unknown) => {
      const isItsOwn = !(error instanceof ContendedError) && !isDatabaseRefusing(error)
      if (attempt < patience || !isItsOwn) throw error
      return take({ ...arrival, said: notHandled })
    })
    if (result.result === 'rejected') bus.answer(answerSubject(system), result)
    return done
  })
}

const notHandled = { code: 'NOT_HANDLED', faults: ['/ could not be handled again and again'] } as const
