import {
  contractOf,
  encodeEvent,
  type HospitalEvent,
  maxDataBytes,
  subjectFor,
  subjectOf,
} from '@rounds/contracts'

/** A message as it travels: where to, with what written on it, with what inside. */
export interface Parcel {
  readonly subject: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/** Packs an event. Throws when it is too large to be heard: that is a producer's bug and must show at once. */
export function packed(event: HospitalEvent): Parcel {
  const { headers, body } = encodeEvent(event)
  if (body.byteLength > maxDataBytes) {
    throw new TypeError(`${event.type} carries ${body.byteLength} bytes, more than ${maxDataBytes}`)
  }
  const contract = contractOf(event.type)
  return { subject: contract ? subjectFor(event, contract) : subjectOf(event.type), headers, body }
}

/** The same, for the stream. Throws for what is declared `kept: false`: no stream would store it. */
export function packedToKeep(event: HospitalEvent): Parcel {
  if (!contractOf(event.type)?.kept)
    throw new TypeError(`${event.type} is not kept: say it, do not publish it`)
  return packed(event)
}
