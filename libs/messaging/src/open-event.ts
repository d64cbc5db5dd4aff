import {
  type ConsumerDeclaration,
  contractOf,
  type Decoded,
  decodeEvent,
  type HospitalEvent,
  maySay,
  replaySubjectOf,
  subjectFor,
} from '@rounds/contracts'
import type { Parcel } from './parcel.ts'

/**
 * Opens what arrived as an event of ours: well formed, on a subject that its type travels on, from a source that publishes
 * it. The broker's rights say who publishes on a subject, and no more: a service may publish anything there, and the
 * broker itself publishes its answer to a JetStream request wherever the reply subject says.
 */
export function openEvent(parcel: Parcel, consumer?: ConsumerDeclaration): Decoded {
  const decoded = decodeEvent(parcel)
  if ('faults' in decoded) return decoded
  const replayed = consumer && replaySubjectOf(consumer)
  const faults = publisherFaults(decoded.event, parcel.subject, (subject) => subject === replayed)
  return faults.length > 0 ? { faults } : decoded
}

/** Why an event cannot be from whom it says, or not where it is; empty when it can. */
export function publisherFaults(
  event: Pick<HospitalEvent, 'type' | 'source' | 'subject'>,
  subject: string,
  isReplay: (subject: string) => boolean,
): readonly string[] {
  const contract = contractOf(event.type)
  if (!contract) return ['/type is none of ours']
  const travels = subjectFor(event, contract) === subject || isReplay(subject)
  return [
    ...(travels ? [] : ['/type does not travel on this subject']),
    ...(maySay(event.source, contract) ? [] : ['/source does not publish this type']),
  ]
}
