import { describe, expect, it } from 'vitest'
import { everyHours, everyMinutes, expressionOf, type Rhythm, rhythmOf } from './cron-builder.ts'

const rhythms: ReadonlyArray<readonly [string, Rhythm]> = [
  ['30 7 * * *', { kind: 'daily', time: '07:30' }],
  ['0 0 * * *', { kind: 'daily', time: '00:00' }],
  ['5 18 * * 1,3,5', { kind: 'weekly', days: [1, 3, 5], time: '18:05' }],
  ['0 6 1 * *', { kind: 'monthly', day: 1, time: '06:00' }],
  ['0 6 L * *', { kind: 'monthly', day: 'L', time: '06:00' }],
  ...everyMinutes.map((count) => [`*/${count} * * * *`, { kind: 'every', unit: 'minutes', count }] as const),
  ...everyHours.map(
    (count) =>
      [`0 ${count === 1 ? '*' : `*/${count}`} * * *`, { kind: 'every', unit: 'hours', count }] as const,
  ),
]

describe('the forms for a cron expression', () => {
  it.each(rhythms)('say %s and read it back', (expression, rhythm) => {
    expect(expressionOf(rhythm)).toBe(expression)
    expect(rhythmOf(expression)).toEqual(rhythm)
  })

  it.each([
    ['30 7 * * 1-5', [1, 2, 3, 4, 5]],
    ['30 7 * * 7', [0]],
    ['30 7 * * 5-7', [0, 5, 6]],
  ])('read the days of %s however they are written', (expression, days) => {
    expect(rhythmOf(expression)).toEqual({ kind: 'weekly', days, time: '07:30' })
  })

  it.each([
    '30 9 13 * 5',
    '0 6 1 1 *',
    '0 6,18 * * *',
    '*/7 * * * *',
    '15 */2 * * *',
    '0 6 LW * *',
    '0 6 * * 5L',
    '0 6 * * 5-1',
    '0 24 * * *',
    '60 6 * * *',
    '0 6 32 * *',
    '0 6 * *',
    '0 0 6 * * *',
    '',
    `${'1,'.repeat(5_000)}1 * * * *`,
  ])('leave %s to those who write cron', (expression) => {
    expect(rhythmOf(expression)).toBeUndefined()
  })

  it.each<Rhythm>([
    { kind: 'daily', time: '' },
    { kind: 'daily', time: '24:00' },
    { kind: 'weekly', days: [], time: '07:30' },
  ])('say nothing while they are not complete', (rhythm) => {
    expect(expressionOf(rhythm)).toBeUndefined()
  })
})
