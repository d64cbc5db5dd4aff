import { reportRequested, reportStarted } from '@rounds/contracts'
import { describe, expect, it } from 'vitest'
import { childOf, eventMaker } from './event-maker.ts'

const now = new Date('2026-03-01T08:00:00Z')
const make = eventMaker('reports', () => now)

describe('an event', () => {
  it('opens a story and a trace of its own when nothing caused it', () => {
    const event = make(reportStarted, { reportId: 'r-1', attempt: 1 })

    expect(event).toMatchObject({ source: '/rounds/reports', subject: 'r-1', time: now.toISOString() })
    expect(event.correlationid).toBe(event.id)
    expect(event.causationid).toBeUndefined()
    expect(event.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/)
  })

  it('goes on with the story and the trace of its cause', () => {
    const cause = make(reportStarted, { reportId: 'r-1', attempt: 1 })
    const effect = make(reportStarted, { reportId: 'r-1', attempt: 2 }, cause)

    expect(effect).toMatchObject({ correlationid: cause.correlationid, causationid: cause.id })
    expect(effect.traceparent?.split('-')[1]).toBe(cause.traceparent?.split('-')[1])
    expect(effect.traceparent).not.toBe(cause.traceparent)
  })

  it('has the id and the time that a computed one is given', () => {
    const fixed = { id: 'r-1@noon', time: new Date('2026-03-01T12:00:00Z') }

    expect(make(reportStarted, { reportId: 'r-1', attempt: 1 }, undefined, fixed)).toMatchObject({
      id: 'r-1@noon',
      time: '2026-03-01T12:00:00.000Z',
    })
  })

  it('is refused with wrong data, by field and without the value', () => {
    const wrong = () => make(reportRequested, { reportId: 'Ada Rao was here' } as never)

    expect(wrong).toThrow(TypeError)
    expect(wrong).not.toThrow(/Ada/)
  })

  it('keeps the sampling decision of a trace', () => {
    expect(childOf(`00-${'a'.repeat(32)}-${'b'.repeat(16)}-00`)).toMatch(/^00-a{32}-[0-9a-f]{16}-00$/)
  })
})
