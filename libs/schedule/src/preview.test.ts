import fc from 'fast-check'
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
    ['*/50 * * * *', 'At minutes 0 and 50 past the hour', 'हर घंटे, 0 और 50 मिनट पर'],
    ['0 */13 * * *', 'At 00:00 and 13:00', 'रोज़ 00:00 और 13:00 बजे'],
    ['0 9 * * monday', 'At 09:00, only on Monday', 'हर सोमवार, 09:00 बजे'],
  ])('%s', (text, english, hindi) => {
    expect(inWords(cron(text))).toEqual({ text: english, language: 'en' })
    expect(inWords(cron(text), 'hi')).toEqual({ text: hindi, language: 'hi' })
  })

  it.each([
    ['0 9 * */5 *', 'At 09:00, only in January, June and November'],
    ['0 9 1-31/10 * *', 'At 09:00, on day 1, 11, 21 and 31 of the month'],
    ['*/15 9-17 * * *', 'Every 15 minutes, during hours 9 to 17'],
    ['0 */2 * * *', 'At 0 minutes past the hour, every 2 hours from 00:00'],
    [
      '0 9 15W,L * *',
      'At 09:00, on the working day nearest day 15 of the month and the last day of the month',
    ],
    ['0 9 L-3 * *', 'At 09:00, on 3 days before the last day of the month'],
    ['0 9 * * 5L,1', 'At 09:00, only on Monday and the last Friday of the month'],
    ['0 9 * january tue-thu', 'At 09:00, Tuesday through Thursday, only in January'],
  ])('tells %s as it runs', (text, english) => {
    expect(inWords(cron(text)).text).toBe(english)
  })

  it('never contradicts the minutes and hours in which an entry runs, in either language', () => {
    const field = (most: number) =>
      fc.oneof(
        fc.constant('*'),
        fc.integer({ min: 1, max: most }).map((step) => `*/${step}`),
        fc
          .array(fc.integer({ min: 0, max: most }), { minLength: 1, maxLength: 8 })
          .map((some) => some.join(',')),
        fc
          .tuple(fc.integer({ min: 0, max: most }), fc.integer({ min: 1, max: most }))
          .map(([from, step]) => `${from}-${most}/${step}`),
      )
    fc.assert(
      fc.property(field(59), field(23), (minute, hour) => {
        const entry = cron(`${minute} ${hour} * * *`)
        for (const language of ['en', 'hi'] as const) {
          const { text } = inWords(entry, language)
          expect(runsToldBy(text), text).toEqual(
            entry.hours.flatMap((hours) => entry.minutes.map((minutes) => hours * 60 + minutes)),
          )
        }
      }),
      { numRuns: 1_000 },
    )
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

/** The minutes of a day that words name: what a person makes of them, read back by other means than they were made. */
function runsToldBy(text: string): number[] {
  const times = Array.from(
    text.matchAll(/(\d\d):(\d\d)/g),
    ([, hour, minute]) => Number(hour) * 60 + Number(minute),
  )
  const [, everyHours] = /every (\d+) hours/.exec(text) ?? []
  if (times.length > 0 && !everyHours) return times
  const [, inHours = ''] = /during hours? (.+)$/.exec(text) ?? []
  const hours = everyHours
    ? Array.from({ length: 24 / Number(everyHours) }, (_, index) => index * Number(everyHours))
    : inHours
      ? numbersIn(inHours)
      : Array.from({ length: 24 }, (_, hour) => hour)
  return hours.flatMap((hour) => minutesToldBy(text).map((minute) => hour * 60 + minute))
}

function minutesToldBy(text: string): number[] {
  if (/^(Every minute|हर मिनट)/.test(text)) return Array.from({ length: 60 }, (_, minute) => minute)
  const [, step] = /^(?:Every|हर) (\d+) (?:minutes|मिनट)/.exec(text) ?? []
  if (step) return Array.from({ length: 60 / Number(step) }, (_, index) => index * Number(step))
  return numbersIn(/^(?:At (?:minutes )?|हर घंटे, )(.+?) (?:minutes? past|past|मिनट पर)/.exec(text)?.[1] ?? '')
}

function numbersIn(list: string): number[] {
  return Array.from(list.matchAll(/(\d+)(?: to (\d+))?/g), ([, from, to = from]) =>
    Array.from({ length: Number(to) - Number(from) + 1 }, (_, index) => Number(from) + index),
  ).flat()
}

function cron(text: string): Cron {
  const { cron, faults } = readExpression(text)
  if (!cron) throw new Error(JSON.stringify(faults))
  return cron
}
