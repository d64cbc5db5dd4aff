// The stream of documents through the stream of CSV, as its documentation shows.
import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { stringify } from 'csv-stringify'
import { answering } from './answering.mjs'
import { allAppointments, columns } from './appointments.mjs'

await answering(async ({ file }) => {
  let rows = 0
  const asArrays = async function* (documents) {
    for await (const document of documents) {
      rows += 1
      yield columns.map(([, , value]) => value(document))
    }
  }
  await pipeline(
    allAppointments({ batchSize: 1_000 }).stream(),
    asArrays,
    stringify({ header: true, columns: columns.map(([title]) => title), record_delimiter: 'windows' }),
    createWriteStream(file),
  )
  return { rows }
})
