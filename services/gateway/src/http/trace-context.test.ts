import { describe, expect, it } from 'vitest'
import { traceOf } from './trace-context.ts'

describe('the trace of a request', () => {
  const given = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'

  it('goes on with the caller’s, under a span of its own', () => {
    const { traceId, traceparent } = traceOf(given)
    expect(traceId).toBe('4bf92f3577b34da6a3ce929d0e0e4736')
    expect(traceparent).toMatch(/^00-4bf92f3577b34da6a3ce929d0e0e4736-[0-9a-f]{16}-01$/)
    expect(traceparent).not.toBe(given)
  })

  it.each([
    undefined,
    '',
    'nonsense',
    given.toUpperCase(),
    `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
    `ff${given.slice(2)}`,
  ])('begins anew where %s came', (header) => {
    expect(traceOf(header).traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/)
    expect(traceOf(header).traceId).not.toBe(traceOf(header).traceId)
  })
})
