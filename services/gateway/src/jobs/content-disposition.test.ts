import { describe, expect, it } from 'vitest'
import { dispositionOf } from './content-disposition.ts'

describe('the name a download is announced with', () => {
  it.each([
    ['visits.csv', `attachment; filename="visits.csv"; filename*=UTF-8''visits.csv`],
    ['café (1).csv', `attachment; filename="cafe (1).csv"; filename*=UTF-8''caf%C3%A9%20%281%29.csv`],
    [`a"b\\c%d'.csv`, `attachment; filename="a_b_c_d'.csv"; filename*=UTF-8''a%22b%5Cc%25d%27.csv`],
  ])('%s', (name, header) => {
    expect(dispositionOf(name)).toBe(header)
  })

  it('is ASCII in any script, with nothing that could end the header', () => {
    for (const name of ['नियुक्ति.csv', '予約.csv', 'a\r\nx: y.csv', '\u{1F3E5}.csv']) {
      expect(dispositionOf(name)).toMatch(/^attachment; filename="[ -~]+"; filename\*=UTF-8''[\w.%-]+$/)
    }
  })
})
