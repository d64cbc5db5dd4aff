import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useEffect, useMemo } from 'react'
import { sessionQuery, welcomeQuery } from '../features/sign-in/session.ts'
import { formats } from '../format/formats.ts'
import { FormatsContext } from '../format/use-formats.ts'
import { english } from '../texts/english.ts'
import { hindi } from '../texts/hindi.ts'
import { TextsContext } from '../texts/texts.ts'

const languages = {
  en: { texts: english, locale: 'en-IN' },
  // Digits as everybody in a hospital reads them.
  hi: { texts: hindi, locale: 'hi-IN-u-nu-latn' },
} as const

/** What every page needs of the hospital and its reader: the language, and how days and numbers are written. */
export function Hospital({ children }: { readonly children: ReactNode }) {
  const { data: welcome } = useQuery(welcomeQuery)
  const { data: session } = useQuery({ ...sessionQuery, enabled: false })
  const zone = welcome?.zone ?? 'Asia/Kolkata'
  // Only the pages of patients are translated: others would read half of each.
  const language = session?.role === 'patient' ? session.language : 'en'
  const { texts, locale } = languages[language]
  const written = useMemo(() => formats({ locale, zone }), [locale, zone])
  useEffect(() => {
    document.documentElement.lang = language
  }, [language])
  return (
    <TextsContext value={texts}>
      <FormatsContext value={written}>{children}</FormatsContext>
    </TextsContext>
  )
}
