import { describe, expect, it } from 'vitest'
import { type Said, unheard } from './said.ts'

const now = Date.UTC(2026, 0, 10)
const hourMs = 3_600_000
const heard = { ids: new Set(['there']), incarnations: new Set(['second']) }

describe('what outboxes said and no stream holds', () => {
  it('is nothing where all of it is there, however old and whatever the marks say', () => {
    expect(unheard([said('there', 1, 'second'), said('there', 48, 'first')], heard, now)).toEqual([])
  })

  it('is an event that the relay marked for this very life of the streams', () => {
    const marked = said('gone', 48, 'second')
    expect(unheard([marked], heard, now)).toEqual([marked])
  })

  it('is a young event of an earlier life, which had to be said again', () => {
    const young = said('gone', 23, 'first')
    expect(unheard([young], heard, now)).toEqual([young])
  })

  it('is not an event of an earlier life that is too old to be said again', () => {
    expect(unheard([said('gone', 25, 'first')], heard, now)).toEqual([])
  })

  it('is an event that was never marked although nothing is due', () => {
    const unmarked: Said = { id: 'gone', type: 'report.requested', at: new Date(now - 48 * hourMs) }
    expect(unheard([unmarked], heard, now)).toEqual([unmarked])
  })
})

function said(id: string, hoursAgo: number, sentTo: string): Said {
  return { id, type: 'report.requested', at: new Date(now - hoursAgo * hourMs), sentTo }
}
