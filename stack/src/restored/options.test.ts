import { describe, expect, it } from 'vitest'
import { readRestoredOptions } from './options.ts'

const now = new Date('2026-11-30T19:00:00Z')

describe('npm run restored', () => {
  it('takes an instant in any zone and what the effects count as', () => {
    expect(readRestoredOptions(['--before', '2026-11-30T23:30:00+05:30', '--as', 'uncertain'], now)).toEqual({
      before: new Date('2026-11-30T18:00:00Z'),
      as: 'in doubt',
      dryRun: false,
    })
    expect(
      readRestoredOptions(['--before', '2026-11-30T18:00:00Z', '--as', 'done', '--dry-run'], now),
    ).toMatchObject({ as: 'done', dryRun: true })
  })

  it.each([
    [['--as', 'done'], /instant with its zone/],
    [['--before', '2026-11-30', '--as', 'done'], /instant with its zone/],
    [['--before', '2026-11-30T18:00:00', '--as', 'done'], /instant with its zone/],
    [['--before', '2026-13-30T18:00:00Z', '--as', 'done'], /instant with its zone/],
    [['--before', '2026-12-01T18:00:00Z', '--as', 'done'], /in the future/],
    [['--before', '2026-11-30T18:00:00Z'], /done or uncertain/],
    [['--before', '2026-11-30T18:00:00Z', '--as', 'sent'], /done or uncertain/],
  ])('refuses %j in a sentence', (args, sentence) => {
    expect(() => readRestoredOptions(args, now)).toThrow(sentence)
  })
})
