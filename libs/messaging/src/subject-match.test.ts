import { describe, expect, it } from 'vitest'
import { isMeantBy } from './subject-match.ts'

describe('a subject', () => {
  it('is meant by itself and by a pattern whose last token is open', () => {
    expect(isMeantBy(['hospital.report.requested'], 'hospital.report.requested')).toBe(true)
    expect(isMeantBy(['hospital.mail.sent', 'hospital.tick.*'], 'hospital.tick.reminders')).toBe(true)
    expect(isMeantBy(['dead.>'], 'dead.reports.report.requested')).toBe(true)
    expect(isMeantBy(['dead.>'], 'dead.')).toBe(false)
  })

  it.each(['hospital.tick', 'hospital.tick.', 'hospital.tick.a.b', 'hospital.ticks.a', 'other.tick.a'])(
    'is not %s to an open last token',
    (subject) => expect(isMeantBy(['hospital.tick.*'], subject)).toBe(false),
  )
})
