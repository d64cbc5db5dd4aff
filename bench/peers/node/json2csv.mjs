// Documents as objects, batch by batch through the parser: the quickest way of using it.
import { open } from 'node:fs/promises'
import { Parser } from '@json2csv/plainjs'
import { answering } from './answering.mjs'
import { allAppointments, columns } from './appointments.mjs'

const fields = columns.map(([label, , value]) => ({ label, value }))
const eol = '\r\n'

await answering(async ({ file }) => {
  const parser = new Parser({ fields, eol, header: false })
  const handle = await open(file, 'w')
  await handle.appendFile(new Parser({ fields, eol }).parse([]) + eol)
  let rows = 0
  const cursor = allAppointments({ batchSize: 1_000 })
  while (await cursor.hasNext()) {
    const batch = cursor.readBufferedDocuments()
    rows += batch.length
    await handle.appendFile(parser.parse(batch) + eol)
  }
  await handle.close()
  return { rows }
})
