import { describe, expect, it } from 'vitest'
import { patientShown } from './patient.ts'

const ada = { name: 'Ada Lovelace Rao', number: 'P-00017' }

describe('a patient in a space', () => {
  it.each([
    ['nobody', undefined],
    ['number', 'P-00017'],
    ['initials', 'A. L. R.'],
    ['name', 'Ada Lovelace Rao'],
  ] as const)('shown as %s is %s', (as, shown) => expect(patientShown(as, ada)).toBe(shown))

  it.each([
    ['कमला शर्मा', 'क. श.'],
    ['श्रीमती राव', 'श्री. रा.'],
    ['*bold* <users/all>', 'B. U. A.'],
    ['jean-luc', 'J. L.'],
    ['ada', 'A.'],
    ['', ''],
    ['!!!', ''],
    [`e${'\u0301'.repeat(500)} x`, 'E\u0301\u0301\u0301. X.'],
  ])('%s has the initials %s', (name, initials) =>
    expect(patientShown('initials', { name, number: '' })).toBe(initials),
  )
})
