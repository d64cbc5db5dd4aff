import { headers, type MsgHdrs } from '@nats-io/transport-node'
import type { Parcel } from './parcel.ts'

/** What the client received, as a parcel. */
export function parcelOf(message: {
  subject: string
  headers?: MsgHdrs | undefined
  data: Uint8Array
}): Parcel {
  const written = Array.from(message.headers ?? [], ([name, values]) => [name, values.join(', ')])
  return { subject: message.subject, headers: Object.fromEntries(written), body: message.data }
}

/** A parcel's headers in the client's form. */
export function natsHeaders(parcel: Parcel): MsgHdrs {
  const written = headers()
  for (const [name, value] of Object.entries(parcel.headers)) written.set(name, value)
  return written
}
