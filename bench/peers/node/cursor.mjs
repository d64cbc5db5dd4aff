// The limit: the raw cursor, its batches counted and thrown away.

import { answering } from './answering.mjs'
import { allAppointments } from './appointments.mjs'

await answering(async () => {
  let rows = 0
  const cursor = allAppointments({ raw: true, batchSize: 5_000 })
  while (await cursor.hasNext()) rows += cursor.readBufferedDocuments().length
  return { rows }
})
