import { headers, type MsgHdrs } from '@nats-io/transport-node'
import type { Parcel } from './parcel.ts'

interface Received {
  readonly subject: string
  readonly headers?: MsgHdrs | undefined
  readonly data: Uint8Array
}

/** What the client received, as a parcel. Never throws. */
export function parcelOf(message: Received): Parcel {
  return { subject: message.subject, headers: writtenOn(message), body: message.data }
}

// The client reads headers when they are asked for, and throws at a block that is none: in a subscription's callback that
// would end the whole connection's reading. Without headers it is no event, and is buried like any other that is none.
function writtenOn(message: Received): Record<string, string> {
  try {
    return Object.fromEntries(
      Array.from(message.headers ?? [], ([name, values]) => [name, values.join(', ')]),
    )
  } catch {
    return {}
  }
}

/** A parcel's headers in the client's form. What a stranger wrote and no client may repeat is left out. */
export function natsHeaders(parcel: Parcel): MsgHdrs {
  const written = headers()
  for (const [name, value] of Object.entries(parcel.headers)) {
    try {
      written.set(name, value)
    } catch {
      // A letter without it is better than none.
    }
  }
  return written
}
