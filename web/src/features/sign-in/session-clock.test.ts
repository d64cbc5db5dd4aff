import { describe, expect, it } from 'vitest'
import { sessionPhase } from './session-clock.ts'

describe('the end of a session', () => {
  const saidAt = 1_000_000
  const told = (seconds: number, endsInSeconds = 1_800) =>
    sessionPhase(endsInSeconds, saidAt, saidAt + seconds * 1_000)

  it('is nobody’s concern while it is far', () => {
    expect(told(0)).toEqual({ kind: 'quiet' })
    expect(told(1_679)).toEqual({ kind: 'quiet' })
  })

  it('is checked once with the gateway before anybody is asked, since another tab may have prolonged it', () => {
    expect(told(1_680)).toEqual({ kind: 'check' })
  })

  it('is announced for its last two minutes, with what is left', () => {
    expect(told(1_681)).toEqual({ kind: 'ending', secondsLeft: 119 })
    expect(told(1_799)).toEqual({ kind: 'ending', secondsLeft: 1 })
    expect(told(0, 30)).toEqual({ kind: 'ending', secondsLeft: 30 })
  })

  it('is over when nothing can be left, also for a computer that slept', () => {
    expect(told(1_801)).toEqual({ kind: 'over' })
    expect(told(90_000)).toEqual({ kind: 'over' })
  })
})
