import { expect, it } from 'vitest'
import { csvRecords } from './csv-records.ts'

it('counts records, not lines, also when a piece ends within quotes', () => {
  const records = csvRecords()
  for (const piece of ['a,b\r\n1,"first\n', 'second ""quoted"" line\r\n"\r\n', '2,"x"\r\n']) {
    records.add(new TextEncoder().encode(piece))
  }
  expect(records.count()).toBe(3)
})
