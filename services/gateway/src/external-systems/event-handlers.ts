import {
  answerSubject,
  type EventResult,
  gatewaySystemConsumer,
  intakeSubject,
  openIntake,
  readableAttributes,
  requestSubject,
  type SystemDocument,
} from '@rounds/contracts'
import { type Bus, done, type Parcel, rawSubscription, retry, type Subscription } from '@rounds/messaging'
import { traceOf } from '../http/index.ts'
import { type Arrival, asItCame, ContendedError, type TakeEvent } from './accept-event.ts'
import type { EventTurns } from './event-rate.ts'

export interface IntakeHeardDeps {
  readonly take: TakeEvent
  /** The system as it stands now: it may have been shut out since. */
  readonly systemBy: (id: string) => Promise<SystemDocument | undefined>
  /** Whether what was thrown is the database's doing and says nothing of the event. */
  readonly isDatabaseError: (error: unknown) => boolean
  readonly bus: Pick<Bus, 'answer'>
  readonly turns: Pick<EventTurns, 'next' | 'isNow'>
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
  { take, systemBy, isDatabaseError, bus, turns }: IntakeHeardDeps,
): Subscription {
  return rawSubscription(
    gatewaySystemConsumer(system),
    concurrency,
    async (parcel, { attempt, storedAt }) => {
      const one = await systemBy(system)
      // Nobody let it in here; the broker did. An admin may be about to.
      if (!one) return retry('no system of that name', 5_000)
      await turns.next(system)
      const arrival = arrivalOf(parcel, one, intakeSubject, storedAt)
      const result = await take(arrival).catch((error: unknown) => {
        const isItsOwn = !(error instanceof ContendedError) && !isDatabaseError(error)
        if (attempt < patience || !isItsOwn) throw error
        return take({ ...arrival, said: notHandled })
      })
      bus.answer(answerSubject(system, result.result), result)
      return done
    },
  )
}

/** Where all systems ask, and for which the broker writes which of them it is. */
export const requestsHeard = requestSubject('*')

/** What a system asks to be taken at once, and its result. Nothing is stored before: who hears nothing asks again. */
export function intakeAsked({
  take,
  systemBy,
  turns,
  now,
}: Pick<IntakeHeardDeps, 'take' | 'systemBy' | 'turns'> & { readonly now: () => Date }) {
  return async (parcel: Parcel): Promise<EventResult> => {
    const one = await systemBy(parcel.subject.split('.')[1] ?? '')
    if (!one) throw new Error('no system of that name')
    if (!(await turns.isNow(one._id))) throw new Error('more events than this system may send')
    return take(arrivalOf(parcel, one, requestSubject, now()))
  }
}

function arrivalOf(
  parcel: Parcel,
  system: SystemDocument,
  subjectFor: (system: string, type: string) => string,
  at: Date,
): Arrival {
  const opened = openIntake(parcel)
  const agrees = 'code' in opened || parcel.subject === subjectFor(system._id, opened.type)
  const said = agrees ? opened : otherType
  const { id, source } = readableAttributes(parcel)
  return {
    system,
    door: 'nats',
    from: 'nats',
    at,
    said,
    named: { ...(id === undefined ? {} : { id }), ...(source === undefined ? {} : { source }) },
    raw: asItCame(parcel),
    cause: traceOf('traceparent' in said ? said.traceparent : undefined),
  }
}

const notHandled = { code: 'NOT_HANDLED', faults: ['/ could not be handled again and again'] } as const
const otherType = { code: 'TYPE_NOT_YOURS', faults: ['/type is not the one of the subject'] } as const
