import { describe, expect, it } from 'vitest'
import { describe as inWords } from './describe.ts'
import { type Cron, readExpression } from './expression.ts'
import { noteInWords, previewFires } from './preview.ts'

describe('the preview', () => {
  it('shows the next 20 fires', () => {
    const fires = previewFires(cron('30 7 * * *'), 'Asia/Kolkata', new Date('2026-05-04T00:00Z'))
    expect(fires).toHaveLength(20)
    expect(fires[0]).toEqual({ utc: '2026-05-04T02:00:00Z', local: '2026-05-04T07:30:00+05:30' })
  })

  it('notes what the change of the clocks does', () => {
    const shown = (text: string, after: string, count: number) =>
      previewFires(cron(text), 'Europe/Berlin', new Date(after), count)

    expect(shown('30 2 * * *', '2026-03-28T12:00Z', 2)).toEqual([
      { utc: '2026-03-29T01:00:00Z', local: '2026-03-29T03:00:00+02:00', note: 'moved' },
      { utc: '2026-03-30T00:30:00Z', local: '2026-03-30T02:30:00+02:00' },
    ])
    expect(shown('0 7 * * *', '2026-10-24T12:00Z', 2).map(({ note }) => note)).toEqual([
      'clocks changed',
      undefined,
    ])
    expect(shown('30 * * * *', '2026-10-25T00:00Z', 3).map(({ note }) => note)).toEqual([
      'first of two',
      'second of two',
      undefined,
    ])
    expect(noteInWords('moved')).toContain('first minute after')
  })

  it('shows fewer, or none, where there are no more', () => {
    expect(previewFires(cron('0 0 20 * 1#1'), 'UTC', new Date('2026-01-01T00:00Z'))).toEqual([])
  })
})

describe('an entry in words', () => {
  it.each([
    ['30 7 * * *', 'At 07:30', 'रोज़ 07:30 बजे'],
    ['0 6 1 * *', 'At 06:00, on day 1 of the month', 'हर महीने की 1 तारीख़ को 06:00 बजे'],
    ['0 6 L * *', 'At 06:00, on the last day of the month', 'हर महीने के आख़िरी दिन 06:00 बजे'],
    ['15 9 * * 1-5', 'At 09:15, Monday through Friday', 'सोमवार से शुक्रवार, 09:15 बजे'],
    ['15 9 * * 1,7', 'At 09:15, only on Monday and Sunday', 'हर सोमवार और रविवार, 09:15 बजे'],
    ['*/15 * * * *', 'Every 15 minutes', 'हर 15 मिनट पर'],
    ['5 * * * *', 'At 5 minutes past the hour', 'हर घंटे, 5 मिनट पर'],
  ])('%s', (text, english, hindi) => {
    expect(inWords(cron(text))).toEqual({ text: english, language: 'en' })
    expect(inWords(cron(text), 'hi')).toEqual({ text: hindi, language: 'hi' })
  })

  it('says that day and weekday must both fit', () => {
    expect(inWords(cron('0 9 13 * 5')).text).toBe('At 09:00, on day 13 of the month, only on Friday')
  })

  it('is English where Hindi has no words for it', () => {
    expect(inWords(cron('0 9 13 * 5'), 'hi').language).toBe('en')
    expect(inWords(cron('@yearly'), 'hi')).toEqual({
      text: 'At 00:00, on day 1 of the month, only in January',
      language: 'en',
    })
  })
})

function cron(text: string): Cron {
  const { cron, faults } = readExpression(text)
  if (!cron) throw new Error(JSON.stringify(faults))
  return cron
}
