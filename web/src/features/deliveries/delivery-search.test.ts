import { describe, expect, it } from 'vitest'
import { filtersOf, readDeliverySearch } from './delivery-search.ts'

describe('the address of the deliveries', () => {
  it('holds every filter there is', () => {
    const search = {
      tab: 'doubt',
      state: 'failed',
      template: 'visit-reminder',
      batchId: 'c-1',
      recipientId: 'pat-1',
      digestId: 'd-1',
      from: '2026-11-01',
      to: '2026-11-30',
    }
    expect(readDeliverySearch(search)).toEqual(search)
  })

  it.each([
    ['a state that there is not', { state: 'lost' }],
    ['a tab that there is not', { tab: 'everything' }],
    ['a mail address where a person is named', { recipientId: 'asha@example.test' }],
    ['an operator of a database', { batchId: { $ne: null } }],
    ['a day that the calendar lacks', { from: '2026-02-30' }],
    ['days in the wrong order', { from: '2026-11-30', to: '2026-11-01' }],
    ['a template with a path in it', { template: '../secret' }],
  ])('leaves out %s', (_what, search) => {
    expect(readDeliverySearch(search)).toEqual({})
  })
})

describe('what is asked for', () => {
  it('is what is in doubt, on its tab, whatever state the address names', () => {
    expect(filtersOf({ tab: 'doubt', state: 'sent', batchId: 'c-1' })).toEqual({
      state: 'in doubt',
      batchId: 'c-1',
    })
  })

  it('is what the filters say, everywhere else', () => {
    expect(filtersOf({ state: 'sent' })).toEqual({ state: 'sent' })
  })
})
