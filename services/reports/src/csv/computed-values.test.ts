import { describe, expect, it } from 'vitest'
import { bsonBatch } from '../../test/bson-batch.ts'
import { type ComputedName, computedValues } from './computed-values.ts'
import type { Row } from './encoder.ts'
import { encoderFor } from './encoder-for.ts'
import { documentOf } from './mongo-documents.ts'

describe('the no-show rate', () => {
  it.each([
    [{ appointments: 34, cancelled: 2, missed: 3 }, '9.4'],
    [{ appointments: 3, cancelled: 0, missed: 1 }, '33.3'],
    [{ appointments: 4, cancelled: 0, missed: 0 }, '0'],
    [{ appointments: 1, cancelled: 0, missed: 1 }, '100'],
  ])('is that of the appointments that were not cancelled: %j', (row, cell) => {
    expect(cellOf('noShowPercent', row)).toBe(cell)
  })

  it.each([
    [{ appointments: 2, cancelled: 2, missed: 0 }],
    [{ appointments: 0, cancelled: 0, missed: 0 }],
    [{}],
    [{ appointments: 'many', cancelled: null, missed: [] }],
  ])('is empty where there is none: %j', (row) => {
    expect(cellOf('noShowPercent', row)).toBe('""')
  })
})

describe('what became of a mail', () => {
  it.each([
    [{ state: 'claimed' }, 'waiting'],
    [{ state: 'sending' }, 'sending'],
    [{ state: 'done', outcome: { kind: 'sent' } }, 'sent'],
    [{ state: 'done', outcome: { kind: 'suppressed' } }, 'suppressed'],
    [{ state: 'failed', outcome: { kind: 'failed' } }, 'failed'],
    [{ state: 'in doubt' }, 'in doubt'],
    [{ state: 'cancelled' }, 'cancelled'],
    [{ state: 'failed', outcome: null }, 'failed'],
    [{}, 'failed'],
  ])('is read from its whole document: %j', (row, cell) => {
    expect(cellOf('deliveryState', row)).toBe(cell)
  })

  it('is no formula, whatever stands there', () => {
    expect(cellOf('deliveryState', { state: 'done', outcome: { kind: '=1+1' } })).toBe(`"'=1+1"`)
  })
})

it.each(Object.entries(computedValues))('%s is made of nothing but the fields that it names', (_, value) => {
  const read: PropertyKey[] = []
  value.of(new Proxy({}, { get: (_, name) => void read.push(name) }))
  expect(value.from).toEqual(expect.arrayContaining(read))
})

/** Through the encoder that a file with this column gets. */
function cellOf(computed: ComputedName, row: Row): string {
  const column = { id: 'value', header: 'Value', type: types[computed], computed }
  const encoder = encoderFor([column], { flavour: 'standard', zone: 'UTC' }, documentOf)
  const { bytes } = encoder.encode(bsonBatch([row]))
  return Buffer.from(bytes).toString().trimEnd()
}

const types = { noShowPercent: 'decimal', deliveryState: 'text' } as const
