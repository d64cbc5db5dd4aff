import { type ConsumerDeclaration, contractOf, sourceOf } from '@rounds/contracts'
import type { Parcel } from './parcel.ts'

/** Why and where a message died; written on it beside everything it carried. */
export interface Death {
  readonly reason: string
  readonly consumer: ConsumerDeclaration
  readonly deliveries: number
  readonly at: Date
  /** Names the message within its stream's life, so that burying it twice leaves one letter. */
  readonly place: string
}

// Together below the broker's 256 KB: what fills those by itself leaves no room for a reason, and could never be buried.
const longestBody = 192 * 1024
const longestHeaders = 32 * 1024

/** The dead letter of a parcel, with the id under which the stream keeps only one of it. */
export function deadLetter(parcel: Parcel, death: Death): Parcel & { readonly id: string } {
  const { consumer } = death
  const isCut = parcel.body.byteLength > longestBody
  const type = Object.entries(parcel.headers).find(([name]) => name.toLowerCase() === 'ce-type')?.[1] ?? ''
  // A stranger's type may hold anything, also what means something in a subject.
  const known = contractOf(type) ? type : 'unknown'
  return {
    id: `dead:${consumer.durable}:${death.place}`,
    subject: `dead.${consumer.service}.${known}`,
    body: isCut ? parcel.body.subarray(0, longestBody) : parcel.body,
    headers: {
      ...keptHeaders(parcel),
      ...(isCut ? { 'rounds-dead-bytes': String(parcel.body.byteLength) } : {}),
      'rounds-dead-reason': printable(death.reason),
      'rounds-dead-subject': parcel.subject,
      'rounds-dead-producer': sourceOf(consumer.service),
      'rounds-dead-consumer': consumer.durable,
      'rounds-dead-deliveries': String(death.deliveries),
      'rounds-dead-time': death.at.toISOString(),
    },
  }
}

/** As many as fit; `Nats-` headers are orders to the server, such as the id of the first publishing. */
function keptHeaders({ headers }: Parcel): Record<string, string> {
  let room = longestHeaders
  return Object.fromEntries(
    Object.entries(headers).filter(([name, value]) => {
      if (/^nats-/i.test(name)) return false
      room -= Buffer.byteLength(name) + Buffer.byteLength(value)
      return room > 0
    }),
  )
}

/** A header value is one line of ASCII. */
const printable = (text: string) => text.replace(/[^\x20-\x7e]+/g, '?').slice(0, 500)
