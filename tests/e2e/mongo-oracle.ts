import type { ReportRequested } from '@rounds/contracts'
import { json2csvEncoder, planExport, type Row, zoneClock } from '@rounds/reports/encode'
import { MongoClient } from 'mongodb'

const zone = 'Asia/Kolkata'

/** What `@json2csv/plainjs` with our formatters makes of the documents that stand in the database now. */
export async function expectedFile(
  mongoUrl: string,
  asked: Pick<ReportRequested['data'], 'report' | 'role' | 'requestedBy'> & Partial<ReportRequested['data']>,
): Promise<Buffer> {
  const { columns, query } = planExport(
    { reportId: 'oracle', parameters: {}, flavour: 'standard', gzip: false, ...asked },
    zoneClock(zone),
  )
  const client = new MongoClient(mongoUrl)
  try {
    const documents = client.db().collection<Row>(query.collection)
    const { filter, stages = [], sort } = query
    const rows = await documents.aggregate<Row>([{ $match: filter }, ...stages, { $sort: sort }]).toArray()
    const encoder = json2csvEncoder(columns, { flavour: 'standard', zone })
    return Buffer.concat([encoder.header, encoder.encode(rows)])
  } finally {
    await client.close()
  }
}
