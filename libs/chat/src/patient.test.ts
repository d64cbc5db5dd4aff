import { describe, expect, it } from 'vitest'
import { patientShown } from './patient.ts'

const ada = { name: 'Ada Lovelace Rao', number: 'P-00017' }

describe('a patient in a space', () => {
  it.each([
    ['nobody', undefined],
    ['number', 'P-00017'],
    ['initials', 'A. L. R.'],
    ['name', 'Ada Lovelace Rao'],
  ] as const)('shown as %s is %s', (patientShownAs, shown) =>
    expect(patientShown({ patientShownAs, language: 'en' }, ada)).toBe(shown),
  )

  it.each([
    ['name', 'en', 'a patient'],
    ['name', 'hi', 'एक मरीज़'],
    ['number', 'hi', 'एक मरीज़'],
    ['initials', 'hi', 'एक मरीज़'],
  ] as const)(
    'of whose %s nothing can be seen is somebody all the same, in %s',
    (patientShownAs, language, shown) => {
      const unseen = { name: '\u200b\u202e', number: '\u2060' }
      expect(patientShown({ patientShownAs, language }, unseen)).toBe(shown)
    },
  )

  it.each([
    ['कमला शर्मा', 'क. श.'],
    ['श्रीमती राव', 'श्री. रा.'],
    ['*bold* <users/all>', 'B. U. A.'],
    ['jean-luc', 'J. L.'],
    ['ada', 'A.'],
    ['', 'a patient'],
    ['-', 'a patient'],
    ['!!!', 'a patient'],
    [`e${'\u0301'.repeat(500)} x`, 'E\u0301\u0301\u0301. X.'],
  ])('%s has the initials %s', (name, initials) =>
    expect(patientShown({ patientShownAs: 'initials', language: 'en' }, { name, number: '' })).toBe(initials),
  )
})
