import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ApiClient } from './api-client.ts'
import { csvRecords } from './csv-records.ts'

/** A downloaded file, measured by nobody but us. */
export interface Downloaded {
  readonly file: string
  readonly bytes: number
  readonly sha256: string
  /** CSV records, without the header. */
  readonly rows: number
  readonly etag: string
}

/** Saves what a download link gives. Nothing is held in memory but the piece that is passing. */
export async function download(client: ApiClient, link: string, file: string): Promise<Downloaded> {
  const response = await client.raw(link)
  if (!response.ok || !response.body) throw new Error(`the download answered ${response.status}`)
  await mkdir(dirname(file), { recursive: true })
  const hash = createHash('sha256')
  const records = csvRecords()
  let bytes = 0
  await pipeline(
    Readable.fromWeb(response.body as never),
    async function* (pieces: AsyncIterable<Uint8Array>) {
      for await (const piece of pieces) {
        hash.update(piece)
        records.add(piece)
        bytes += piece.byteLength
        yield piece
      }
    },
    createWriteStream(file),
  )
  const etag = response.headers.get('etag') ?? ''
  return { file, bytes, sha256: hash.digest('hex'), rows: records.count() - 1, etag }
}
