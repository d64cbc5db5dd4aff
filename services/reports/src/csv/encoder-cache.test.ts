import { expect, it } from 'vitest'
import { bsonBatch } from '../../test/bson-batch.ts'
import { csvHere } from './csv-writer.ts'
import type { CsvColumn, CsvOptions } from './encoder.ts'
import { rememberedEncoders } from './encoder-cache.ts'
import { encoderFor } from './encoder-for.ts'
import { documentOf } from './mongo-documents.ts'

const columns: readonly CsvColumn[] = [{ id: 'n', header: 'N', type: 'integer', path: 'n' }]
const standard: CsvOptions = { flavour: 'standard', zone: 'UTC' }

it('the same columns, written the same way, have one encoder; anything else has its own', () => {
  const { encoders, made } = setUp()
  const one = encoders(columns, standard)

  expect(encoders([...columns], { ...standard })).toBe(one)
  expect(encoders(columns, { ...standard, flavour: 'excel' })).not.toBe(one)
  expect(encoders(columns, { ...standard, zone: 'Asia/Kolkata' })).not.toBe(one)
  expect(encoders([{ id: 'n', header: 'N', type: 'text', path: 'n' }], standard)).not.toBe(one)
  expect(made()).toBe(4)
})

it('encoders that were not wanted for long are forgotten', () => {
  const { encoders, made } = setUp()
  encoders(columns, standard)
  for (let n = 0; n < 100; n++) {
    encoders([{ id: 'n', header: `N${n}`, type: 'integer', path: 'n' }], standard)
    encoders(columns, standard)
  }
  expect(made()).toBe(101)
  encoders([{ id: 'n', header: 'N0', type: 'integer', path: 'n' }], standard)
  expect(made()).toBe(102)
})

it('files that share an encoder do not share their lines', async () => {
  const open = csvHere(setUp().encoders)
  const files = await Promise.all([1, 2, 3].map(() => open(columns, standard)))
  const lines = await Promise.all(files.map(({ encode }, n) => encode(bsonBatch([{ n }]))))
  expect(lines.map(({ bytes }) => Buffer.from(bytes).toString())).toEqual(['0\r\n', '1\r\n', '2\r\n'])
})

it('columns that no encoder can be made for are refused each time', () => {
  const { encoders } = setUp()
  const wrong = { ...standard, zone: 'Mars/Olympus' }
  expect(() => encoders(columns, wrong)).toThrow(RangeError)
  expect(() => encoders(columns, wrong)).toThrow(RangeError)
})

function setUp() {
  let made = 0
  const encoders = rememberedEncoders((columns, options) => {
    made += 1
    return encoderFor(columns, options, documentOf)
  })
  return { encoders, made: () => made }
}
