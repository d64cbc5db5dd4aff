import type { Language, Session } from '@rounds/contracts/http'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useEffect, useMemo, useState } from 'react'
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
  const language = useLanguage(session)
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

/** The reader's; after their session ended still theirs, and before anybody signed in the browser's. */
function useLanguage(session: Session | null | undefined): Language {
  const [last, setLast] = useState<Language>(ofBrowser)
  const language = session ? ofReader(session) : last
  if (language !== last) setLast(language)
  return language
}

/** Only the pages of patients are translated: others would read half of each. */
const ofReader = ({ role, language }: Session): Language => (role === 'patient' ? language : 'en')

const ofBrowser = (): Language => (/^hi\b/i.test(navigator.language) ? 'hi' : 'en')
