import { reportCancelled, reportRequested, reportStarted, reportsExportsConsumer } from '@rounds/contracts'
import { describe, expect, it } from 'vitest'
import { consumerTable } from './hearing-table.ts'
import { done } from './outcome.ts'
import { hears, subscription } from './subscription.ts'

const beginExport = async () => done
const stopExport = async () => done

describe('the table of what a service hears', () => {
  it('names type, handler, consumer and concurrency', () => {
    const exports = subscription(
      reportsExportsConsumer,
      4,
      hears(reportRequested, beginExport),
      hears(reportCancelled, stopExport),
    )

    expect(consumerTable([exports])).toEqual([
      { type: 'report.requested', handler: 'beginExport', durable: 'reports-exports', concurrency: 4 },
      { type: 'report.cancelled', handler: 'stopExport', durable: 'reports-exports', concurrency: 4 },
    ])
  })

  it('is refused when empty: a service without handlers would hear nothing and look well', () => {
    expect(() => consumerTable([])).toThrow('without handlers')
  })
})

describe('a subscription', () => {
  it('is refused when a type has no handler', () => {
    expect(() => subscription(reportsExportsConsumer, 1, hears(reportRequested, beginExport))).toThrow(
      'reports-exports has no handler for report.cancelled',
    )
  })

  it('is refused when a handler has no type to hear', () => {
    const all = [hears(reportRequested, beginExport), hears(reportCancelled, stopExport)] as const
    expect(() => subscription(reportsExportsConsumer, 1, ...all, hears(reportStarted, beginExport))).toThrow(
      'reports-exports does not hear report.started',
    )
  })
})
