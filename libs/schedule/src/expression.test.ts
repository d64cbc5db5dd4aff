import fc from 'fast-check'
import { validate } from 'node-cron'
import { describe, expect, it } from 'vitest'
import { readExpression } from './expression.ts'

describe('an expression that anybody may have written', () => {
  it.each([
    ['30 7 * * *'],
    ['  0   6 1 * * '],
    ['0\t7\t*\t* \t*'],
    ['*/15 9-17 * jan-mar mon,FRI'],
    ['0 0 LW * 5L'],
    ['0 0 L-3 * 1#1'],
    ['0 0 ? * 7'],
    ['0 22-2 * * *'],
    ['@daily'],
    [' @Hourly'],
  ])('is read: %s', (text) => {
    expect(readExpression(text).faults).toBeUndefined()
  })

  it.each([
    ['61 0 * * *', 'minute'],
    ['0 24 * * *', 'hour'],
    ['0 0 0 * *', 'dayOfMonth'],
    ['0 0 31 2 *', 'dayOfMonth'],
    ['0 0 * 13 *', 'month'],
    ['0 0 * * 8', 'dayOfWeek'],
    ['0 0 * * 1,', 'dayOfWeek'],
    ['*/0 * * * *', 'minute'],
    ['0 0 * * someday', 'dayOfWeek'],
    ['0 0 1;2 * *', 'dayOfMonth'],
    ['0 7.5 * * *', 'hour'],
    ['0 ٧ * * *', 'hour'],
    ['0 0 * *', 'expression'],
    ['', 'expression'],
    ['@reboot', 'expression'],
    ['0\u00a07 * * *', 'expression'],
    ['0 7 * * *\u200b', 'expression'],
  ])('is refused with its field named: %s', (text, field) => {
    const { faults } = readExpression(text)
    expect(faults?.map((fault) => fault.field)).toEqual([field])
    expect(faults?.[0]?.reason).toMatch(/^(must|has|is) /)
  })

  it('names every field that is wrong', () => {
    expect(readExpression('999 7 1-100000000 * *').faults).toEqual([
      { field: 'minute', reason: 'has a number of more than two digits' },
      { field: 'dayOfMonth', reason: 'has a number of more than two digits' },
    ])
  })

  it('names the character that stands between fields and looks like a space', () => {
    expect(readExpression('0\u00a07 * * *').faults).toEqual([
      { field: 'expression', reason: 'has U+00A0 (no-break space) at position 2, which separates no fields' },
    ])
    expect(readExpression('\ufeff0 7 * * *').faults?.[0]?.reason).toContain('U+FEFF (byte order mark)')
  })

  it('is told that seconds are not kept when it has them', () => {
    expect(readExpression('0 30 7 * * *').faults).toEqual([
      { field: 'expression', reason: expect.stringContaining('seconds are not kept') },
    ])
  })

  it.each([
    ['a range that would fill the memory', '0 0 1-100000000 * *', 'dayOfMonth'],
    ['a range that would take seconds', '0 0 1-5000000 * *', 'dayOfMonth'],
    ['10 KB of commas', ','.repeat(10_000), 'minute'],
    ['10 KB of commas in the third field', `0 0 ${','.repeat(10_000)} * *`, 'dayOfMonth'],
    ['100 KB of spaces', ' '.repeat(100_000), 'minute'],
    ['100 KB of spaces in between', `0 0${' '.repeat(100_000)}* * *`, 'dayOfMonth'],
    ['a long number', `0 0 * * ${'9'.repeat(90)}`, 'dayOfWeek'],
    ['many fields', '* '.repeat(5_000), 'expression'],
    ['a list of everything', `${'*,'.repeat(46)}* * * *`, 'expression'],
  ])('is refused within 5 ms when it is hostile: %s', (_, text, field) => {
    const { faults } = readExpression(text)

    expect(faults?.[0]?.field).toBe(field)
    expect(quickestMs(() => readExpression(text))).toBeLessThan(5)
  })

  it('is never more than node-cron accepts, and always an answer within 50 ms', () => {
    const token = fc.constantFrom(
      '*',
      '?',
      '0',
      '7',
      '31',
      '59',
      '99',
      '-',
      ',',
      '/',
      'L',
      'W',
      '#',
      'mon',
      'dec',
      '',
      '\u0000',
      'é',
    )
    const field = fc.array(token, { minLength: 1, maxLength: 12 }).map((tokens) => tokens.join(''))
    fc.assert(
      fc.property(fc.array(field, { minLength: 4, maxLength: 7 }), (fields) => {
        const text = fields.join(' ')
        const { cron } = readExpression(text)
        expect(quickestMs(() => readExpression(text))).toBeLessThan(50)
        if (cron) expect(validate(cron.text)).toBe(true)
      }),
      { numRuns: 2_000 },
    )
  })
})

/** Of three times: whatever else this machine does only ever adds. */
function quickestMs(work: () => unknown): number {
  const times = Array.from({ length: 3 }, () => {
    const start = performance.now()
    work()
    return performance.now() - start
  })
  return Math.min(...times)
}
