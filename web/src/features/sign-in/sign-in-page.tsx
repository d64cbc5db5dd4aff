import { useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, useRouter } from '@tanstack/react-router'
import { useEffect } from 'react'
import { Brand } from '../../app/brand.tsx'
import { useTexts } from '../../texts/texts.ts'
import { sessionQuery, welcomeQuery } from './session.ts'
import { SignInForm } from './sign-in-form.tsx'
import styles from './sign-in-page.module.css'

export function SignInPage() {
  const { app, pages, signIn: texts } = useTexts()
  const { data: welcome } = useQuery(welcomeQuery)
  const queries = useQueryClient()
  const router = useRouter()
  const { back } = getRouteApi('/sign-in').useSearch()
  useEffect(() => {
    document.title = app.title(pages.signIn, undefined)
  }, [app, pages])
  return (
    <main className={styles.page}>
      <div className={styles.panel}>
        <Brand />
        <h1 className={styles.title}>{pages.signIn}</h1>
        {welcome && <p className={styles.lead}>{texts.lead(welcome.hospital)}</p>}
        <SignInForm
          onSignedIn={(session) => {
            queries.setQueryData(sessionQuery.queryKey, session)
            return router.navigate({ href: back ?? '/' })
          }}
        />
      </div>
    </main>
  )
}
