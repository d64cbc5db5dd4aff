import type { JetStreamClient } from '@nats-io/jetstream'
import { natsHeaders } from './nats-parcel.ts'
import type { Parcel } from './parcel.ts'

/** The broker takes a thousand in one batch, and fifty batches at once from everybody together. */
export const largestBatch = 500
/** The broker keeps a batch aside on disk until it is whole: measured, fewer are quicker one by one. */
export const smallestBatch = 16

/**
 * Stores all of these or none: one write to the broker's disk instead of one for each. Answers with the sequence of the last, or
 * with nothing when it did not. It does not when the stream knows one of the ids, when it is away, when too many batches are open, and does not say which;
 * so the same ones are then published one by one, where a known id is known to be stored.
 */
export async function storedAtOnce(
  js: JetStreamClient,
  letters: ReadonlyArray<{ readonly id: string; readonly parcel: Parcel }>,
): Promise<number | undefined> {
  const [first, ...rest] = letters
  const last = rest.pop()
  if (!first || !last) return undefined
  try {
    const batch = await js.startBatch(first.parcel.subject, first.parcel.body, written(first))
    for (const one of rest) batch.add(one.parcel.subject, one.parcel.body, written(one))
    const { count, seq } = await batch.commit(last.parcel.subject, last.parcel.body, {
      ...written(last),
      timeout,
    })
    return count === letters.length ? seq : undefined
  } catch {
    return undefined
  }
}

const timeout = 2_000

function written({ id, parcel }: { id: string; parcel: Parcel }) {
  const headers = natsHeaders(parcel)
  headers.set('Nats-Msg-Id', id)
  return { headers, timeout }
}
