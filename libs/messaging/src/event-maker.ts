import { randomUUID, randomUUIDv7 } from 'node:crypto'
import {
  type EventContract,
  type EventOf,
  type HospitalEvent,
  type ServiceName,
  sourceOf,
} from '@rounds/contracts'

/** Why an event is made: the event or request that led to it. */
export interface Cause {
  readonly id?: string
  readonly correlationid: string
  readonly traceparent?: string | undefined
}

/** Makes an event of a contract; `data` is checked, since a producer's mistake is a bug that must show at once. */
export type MakeEvent = <Contract extends EventContract>(
  contract: Contract,
  data: EventOf<Contract>['data'],
  cause?: Cause | HospitalEvent,
  fixed?: { readonly id?: string; readonly time?: Date },
) => EventOf<Contract>

/**
 * The event maker of one service.
 *
 * Ids are UUIDv7 unless fixed by the caller (a tick's id is computed). Without a cause the event starts a story of its
 * own: its correlation id is its id and it opens a new trace; with one, both go on.
 */
export function eventMaker(service: ServiceName, now: () => Date = () => new Date()): MakeEvent {
  return (contract, data, cause, fixed) => {
    const faults = contract.faults(data)
    if (faults.length > 0) throw new TypeError(`${contract.type} made wrongly: ${faults.join('; ')}`)
    const id = fixed?.id ?? randomUUIDv7()
    const event: HospitalEvent = {
      id,
      source: sourceOf(service),
      type: contract.type,
      subject: String((data as Record<string, unknown>)[contract.about]),
      time: (fixed?.time ?? now()).toISOString(),
      correlationid: cause?.correlationid ?? id,
      ...(cause?.id === undefined ? {} : { causationid: cause.id }),
      traceparent: childOf(cause?.traceparent),
      data,
    }
    return event as EventOf<typeof contract>
  }
}

/** A W3C traceparent of the same trace with a span id of its own; a new, sampled trace where there was none. */
export function childOf(traceparent?: string): string {
  const [version = '00', traceId = random32(), , flags = '01'] = traceparent?.split('-') ?? []
  return `${version}-${traceId}-${random32().slice(16)}-${flags}`
}

/** 32 digits. Node draws the randomness of many UUIDs at once; bytes for each id were 3 % of the gateway's processor. */
const random32 = () => randomUUID().replaceAll('-', '')
