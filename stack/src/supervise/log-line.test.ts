import { describe, expect, it } from 'vitest'
import { screenLine } from './log-line.ts'

describe('what of a log reaches the screen', () => {
  it('shows warnings and worse in short', () => {
    expect(screenLine('reports', '{"level":40,"msg":"the broker is away"}')).toBe(
      'reports: warning: the broker is away',
    )
    expect(screenLine('reports', '{"level":50,"msg":"gave up"}')).toBe('reports: error: gave up')
  })

  it('keeps the rest in the file', () => {
    expect(screenLine('gateway', '{"level":30,"msg":"ready"}')).toBeUndefined()
    expect(screenLine('gateway', '')).toBeUndefined()
  })

  it('shows a crash as it stands', () => {
    expect(screenLine('gateway', 'Error: no such thing')).toBe('gateway: Error: no such thing')
  })
})
