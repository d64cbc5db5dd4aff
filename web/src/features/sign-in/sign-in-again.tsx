import { Button } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { onlineManager, useQueryClient } from '@tanstack/react-query'
import { useLayoutEffect, useState } from 'react'
import { createPortal } from 'react-dom'
import { Brand } from '../../app/brand.tsx'
import { putAway } from '../../parts/put-away.ts'
import { unsavedForms } from '../../parts/unsaved.ts'
import { useTexts } from '../../texts/texts.ts'
import { sessionQuery } from './session.ts'
import { SignInForm } from './sign-in-form.tsx'
import styles from './sign-in-page.module.css'

/**
 * Stands in place of the page when a session ended. The page is still there with what was typed into it, but nobody sees or
 * hears it, and it asks for nothing. The same person goes on where they were; whoever else signs in finds nothing of it.
 */
export function SignInAgain() {
  const { signInAgain: texts } = useTexts()
  const queries = useQueryClient()
  const [hasText] = useState(() => unsavedForms.any())
  usePutAway()
  return createPortal(
    <div data-over-all className={styles.over} role="dialog" aria-modal="true" aria-labelledby="again">
      <div className={styles.panel}>
        <Brand />
        <h1 id="again" className={styles.title}>
          {texts.title}
        </h1>
        <p className={styles.lead}>{hasText ? `${texts.lead} ${texts.textKept}` : texts.lead}</p>
        <SignInForm
          takesFocus
          onSignedIn={(session) => queries.setQueryData(sessionQuery.queryKey, session)}
        />
        <Button variant="subtle" onClick={() => startAnew('/sign-in')}>
          {texts.somebodyElse}
        </Button>
      </div>
    </div>,
    document.body,
  )
}

/** Forgets everything that this tab holds: what was typed, what was read, and what was still being sent. */
export function startAnew(path: string): void {
  unsavedForms.forget()
  window.location.replace(path)
}

/** Puts the page away, and brings it back as it was. */
function usePutAway(): void {
  const { app, pages } = useTexts()
  const queries = useQueryClient()
  const [before] = useState(() => ({ title: document.title, focused: document.activeElement }))
  const title = app.title(pages.signIn, undefined)
  useLayoutEffect(() => {
    const bringBack = putAway()
    document.title = title
    // They name people, and stand beside the page.
    notifications.clean()
    queries.removeQueries({ type: 'inactive', predicate: ({ queryKey }) => queryKey[0] !== 'welcome' })
    // Whatever the page would ask for is refused until somebody signs in.
    onlineManager.setOnline(false)
    return () => {
      bringBack()
      document.title = before.title
      onlineManager.setOnline(navigator.onLine)
      if (before.focused instanceof HTMLElement) before.focused.focus()
    }
  }, [before, queries, title])
}
