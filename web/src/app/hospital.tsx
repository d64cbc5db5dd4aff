import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useMemo } from 'react'
import { sessionQuery, welcomeQuery } from '../features/sign-in/session.ts'
import { formats } from '../format/formats.ts'
import { FormatsContext } from '../format/use-formats.ts'
import { english } from '../texts/english.ts'
import { type Texts, TextsContext } from '../texts/texts.ts'

const languages: Readonly<Partial<Record<string, Texts>>> = { en: english }

/** What every page needs of the hospital and its reader: the language, and how days and numbers are written. */
export function Hospital({ children }: { readonly children: ReactNode }) {
  const { data: welcome } = useQuery(welcomeQuery)
  const { data: session } = useQuery({ ...sessionQuery, enabled: false })
  const zone = welcome?.zone ?? 'Asia/Kolkata'
  const written = useMemo(() => formats({ locale: 'en-IN', zone }), [zone])
  return (
    <TextsContext value={languages[session?.language ?? 'en'] ?? english}>
      <FormatsContext value={written}>{children}</FormatsContext>
    </TextsContext>
  )
}
