import { Button } from '@mantine/core'
import type { Session } from '@rounds/contracts/http'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { isRefused } from '../../http/problem.ts'
import { ProblemNote } from '../../parts/problem-note.tsx'
import { useTexts } from '../../texts/texts.ts'
import { askForLink, signInByLink } from './session.ts'
import styles from './sign-in-page.module.css'

/** Offered where an account takes no password from this browser. */
export function AskForLink({ login }: { readonly login: string }) {
  const { signIn: texts } = useTexts()
  const ask = useMutation({ mutationFn: () => askForLink(login) })
  if (ask.isSuccess) return <p role="status">{texts.linkAsked}</p>
  return (
    <>
      <p role="alert" className={styles.wrong}>
        {texts.linkNeeded}
      </p>
      {ask.error && <ProblemNote error={ask.error} of="change" />}
      <Button variant="default" loading={ask.isPending} onClick={() => ask.mutate()}>
        {texts.askForLink}
      </Button>
    </>
  )
}

/** A click of a person uses the link: programs that look into mails open what they find there. */
export function UseLink({ onSignedIn }: { readonly onSignedIn: (session: Session) => unknown }) {
  const { signIn: texts } = useTexts()
  const [token] = useState(tokenInAddress)
  const use = useMutation({ retry: false, mutationFn: signInByLink, onSuccess: onSignedIn })
  if (token === undefined) return null
  return (
    <>
      {isRefused(use.error, 401) ? (
        <p role="alert" className={styles.wrong}>
          {texts.linkOver}
        </p>
      ) : (
        use.error && <ProblemNote error={use.error} of="change" />
      )}
      <Button size="md" loading={use.isPending} onClick={() => use.mutate(token)}>
        {texts.useLink}
      </Button>
    </>
  )
}

/** In the fragment, which no server and no log sees. */
const tokenInAddress = () => /^#link=([\w.-]{1,200})$/.exec(window.location.hash)?.[1]
