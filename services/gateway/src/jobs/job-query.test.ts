import { describe, expect, it } from 'vitest'
import { filterOf } from './job-query.ts'

describe('the language of job searches', () => {
  it('joins words by "and", and the same field twice by "or"', () => {
    expect(
      filterOf(' state:failed  state:done report:appointments kind:report by:person-1 since:2h ', now),
    ).toEqual({
      filter: {
        states: ['failed', 'done'],
        reports: ['appointments'],
        kinds: ['report'],
        by: ['person-1'],
        since: new Date('2026-11-02T07:00:00Z'),
      },
    })
    expect(filterOf('', now)).toEqual({ filter: {} })
  })

  it.each([
    'rao',
    'state:lost',
    'report:salaries',
    'since:yesterday',
    'since:0h',
    'by:$ne',
    'to:me',
    ':x',
    'state:',
  ])('refuses %s', (word) => {
    expect(filterOf(`state:failed ${word}`, now)).toEqual({
      faults: [{ pointer: '/query/q', detail: expect.any(String) }],
    })
  })
})

const now = new Date('2026-11-02T09:00:00Z')
