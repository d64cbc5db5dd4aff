import type { Language, PatientShownAs } from '@rounds/contracts'
import { plain } from './plain.ts'
import { words } from './words.ts'

/** What a space may know of whom a visit is about; nothing when it is nobody's business there. Never empty: a name may be only signs. */
export function patientShown(
  { patientShownAs: as, language }: { readonly patientShownAs: PatientShownAs; readonly language: Language },
  patient: { readonly name: string; readonly number: string },
): string | undefined {
  const { somebody } = words[language]
  switch (as) {
    case 'nobody':
      return undefined
    case 'number':
      return plain(patient.number, somebody)
    case 'initials':
      return initialsOf(patient.name) || somebody
    case 'name':
      return plain(patient.name, somebody)
    default:
      return as satisfies never
  }
}

/** `A. R.`, also of names in scripts whose letters are made of several signs. */
function initialsOf(name: string): string {
  // Letters, and what belongs to them: nothing that Google Chat heeds.
  const words = name.split(/[^\p{L}\p{M}\p{N}\u200c\u200d]+/u).filter((word) => /[\p{L}\p{N}]/u.test(word))
  return words
    .slice(0, 4)
    .map((word) => `${firstLetterOf(word)}.`)
    .join(' ')
}

const letters = new Intl.Segmenter('hi', { granularity: 'grapheme' })

function firstLetterOf(word: string): string {
  const [first] = letters.segment(word)
  // A letter may carry any number of marks: a few are a letter, hundreds are somebody's joke.
  return Array.from((first?.segment ?? '').toLocaleUpperCase('en'))
    .slice(0, 4)
    .join('')
}
