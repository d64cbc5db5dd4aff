import { describe, expect, it } from 'vitest'
import { english } from './english.ts'
import { hindi } from './hindi.ts'

/** What a patient can come to see: pages and dialogs, before signing in and after. */
const seenByPatients = [
  'live',
  'notFound',
  'problem',
  'listNews',
  'leaving',
  'signInAgain',
  'signIn',
  'staySignedIn',
  'bell',
  'ranges',
  'dates',
  'appointmentStatus',
  'history',
  'jobState',
  'reports',
  'progress',
  'newReport',
  'report',
  'mailPurpose',
  'deliveryState',
  'messages',
] as const

/** The same in every language. */
const names = ['newReport.flavours.standard']

describe('the pages of patients in Hindi', () => {
  it.each(seenByPatients)('leave nothing of %s in English', (section) => {
    expect(sameIn(english[section], hindi[section], section)).toEqual([])
  })
})

/** Where two sets of texts say the same. */
function sameIn(one: unknown, other: unknown, at: string): string[] {
  if (typeof one === 'object' && one !== null)
    return Object.entries(one).flatMap(([name, text]) =>
      sameIn(text, (other as Record<string, unknown> | undefined)?.[name], `${at}.${name}`),
    )
  return one === other && !names.includes(at) ? [at] : []
}
