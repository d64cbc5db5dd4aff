import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { bsonBatch } from '../../test/bson-batch.ts'
import { csvThreads } from './csv-threads.ts'
import type { CsvColumn } from './encoder.ts'
import { BrokenBsonError } from './raw/bson-layout.ts'

describe('threads that write CSV', { timeout: 60_000 }, () => {
  it('give the lines of each batch in the order of the batches', async () => {
    await using csv = await open()
    const numbers = Array.from({ length: 50 }, (_, n) => n)
    const lines = await Promise.all(numbers.map((n) => csv.encode(bsonBatch([{ n }, { n: -n }]))))
    const text = [csv.header, ...lines.map(({ bytes }) => bytes)].map((bytes) => Buffer.from(bytes)).join('')
    expect(text).toBe(`N\r\n${numbers.map((n) => `${n}\r\n${-n || 0}\r\n`).join('')}`)
  })

  it('leave a batch as it was: its memory is somebody else’s', async () => {
    await using csv = await open()
    const batch = bsonBatch([{ n: 1 }])
    const before = Buffer.from(batch)
    await csv.encode(batch)
    expect(Buffer.from(batch)).toEqual(before)
  })

  it('write computed columns too, batch by batch', async () => {
    const outcome = { id: 'outcome', header: 'Outcome', type: 'text', computed: 'deliveryState' } as const
    await using csv = await threads.open([...columns, outcome], { flavour: 'standard', zone: 'UTC' })
    const states = ['in doubt', 'claimed']
    const lines = await Promise.all(states.map((state, n) => csv.encode(bsonBatch([{ n, state }]))))
    const text = lines.map(({ bytes }) => Buffer.from(bytes).toString())
    expect(text).toEqual(['0,in doubt\r\n', '1,waiting\r\n'])
  })

  it('refuse broken bytes by their name, and go on', async () => {
    await using csv = await open()
    await expect(csv.encode(bsonBatch([{ n: 1 }]).subarray(0, -1))).rejects.toThrow(BrokenBsonError)
    expect((await csv.encode(bsonBatch([{ n: 1 }]))).rows).toBe(1)
  })

  it('serve the next file after one that could not begin', async () => {
    await expect(threads.open(columns, { flavour: 'standard', zone: 'Mars/Olympus' })).rejects.toThrow(
      RangeError,
    )
    await using csv = await open()
    expect((await csv.encode(bsonBatch([{ n: 1 }]))).rows).toBe(1)
  })

  it('serve files side by side and one after the other', async () => {
    for (let turn = 0; turn < 3; turn++) {
      await using one = await open()
      await using two = await open()
      const both = await Promise.all([one, two].map(({ encode }) => encode(bsonBatch([{ n: turn }]))))
      expect(both.map(({ bytes }) => Buffer.from(bytes).toString())).toEqual([`${turn}\r\n`, `${turn}\r\n`])
    }
  })

  it('tell whoever waits for one that ended, and others take over', async () => {
    const csv = await open()
    // In this order: one that still has a moment may answer.
    const stopped = threads.stop()
    await expect(csv.encode(bsonBatch([{ n: 1 }]))).rejects.toThrow('ended')
    await stopped
    await using another = await open()
    expect((await another.encode(bsonBatch([{ n: 1 }]))).rows).toBe(1)
  })
})

const columns: readonly CsvColumn[] = [{ id: 'n', header: 'N', type: 'integer', path: 'n' }]
const open = () => threads.open(columns, { flavour: 'standard', zone: 'UTC' })

let threads: ReturnType<typeof csvThreads>
beforeEach(() => {
  threads = csvThreads(new URL('./mongo-csv-thread.ts', import.meta.url))
})
afterEach(() => threads.stop())
