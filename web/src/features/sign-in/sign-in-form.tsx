import { Button, PasswordInput, TextInput } from '@mantine/core'
import type { Session } from '@rounds/contracts/http'
import { IconArrowRight } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { type FormEvent, useEffect, useState } from 'react'
import { isRefused } from '../../http/problem.ts'
import { ProblemNote } from '../../parts/problem-note.tsx'
import { useTexts } from '../../texts/texts.ts'
import { AskForLink, UseLink } from './mailed-link.tsx'
import { type DemoRole, signIn, signInAsDemo, welcomeQuery } from './session.ts'
import styles from './sign-in-page.module.css'

type Wish = { readonly login: string; readonly password: string } | { readonly demo: DemoRole }

interface SignInFormProps {
  readonly onSignedIn: (session: Session) => unknown
  /** The reader was doing something else a moment ago. */
  readonly takesFocus?: boolean
}

/** Name and password; in a demo hospital, roles to choose from as well. */
export function SignInForm({ onSignedIn, takesFocus = false }: SignInFormProps) {
  const { signIn: texts } = useTexts()
  const { data: welcome } = useQuery(welcomeQuery)
  const enter = useMutation({
    // A guess at a password is not repeated by itself.
    retry: false,
    mutationFn: (wish: Wish) =>
      'demo' in wish ? signInAsDemo(wish.demo) : signIn(wish.login, wish.password),
    onSuccess: onSignedIn,
  })
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    enter.mutate({ login: String(form.get('login')), password: String(form.get('password')) })
  }
  return (
    <>
      <UseLink onSignedIn={onSignedIn} />
      <form onSubmit={submit} className={styles.form}>
        <TextInput
          name="login"
          label={texts.login}
          autoComplete="username"
          required
          withAsterisk={false}
          size="md"
          autoFocus={takesFocus}
        />
        <PasswordInput
          name="password"
          label={texts.password}
          autoComplete="current-password"
          required
          withAsterisk={false}
          size="md"
          visibilityToggleButtonProps={{ 'aria-label': texts.show, tabIndex: 0 }}
        />
        <Refusal
          error={enter.error}
          login={enter.variables && 'login' in enter.variables ? enter.variables.login : ''}
        />
        <Button type="submit" size="md" loading={enter.isPending && 'login' in enter.variables}>
          {texts.submit}
        </Button>
      </form>
      {welcome?.demo && <DemoRoles onChoose={(demo) => enter.mutate({ demo })} busy={enter.isPending} />}
    </>
  )
}

const demoRoles = ['admin', 'doctor', 'patient'] as const

function DemoRoles({ onChoose, busy }: { onChoose: (role: DemoRole) => void; busy: boolean }) {
  const { signIn: texts } = useTexts()
  return (
    <section aria-labelledby="demo" className={styles.demo}>
      <h2 id="demo" className={styles.demoTitle}>
        {texts.demo}
      </h2>
      {demoRoles.map((role) => (
        <button
          key={role}
          type="button"
          className={styles.role}
          disabled={busy}
          onClick={() => onChoose(role)}
        >
          <span>
            <span className={styles.roleName}>{texts.demoRole[role]}</span>
            <span className={styles.roleAbout}>{texts.demoAbout[role]}</span>
          </span>
          <IconArrowRight size={18} aria-hidden />
        </button>
      ))}
    </section>
  )
}

/** One sentence for a wrong name and for a wrong password: nobody learns which names there are. */
function Refusal({ error, login }: { readonly error: unknown; readonly login: string }) {
  const { signIn: texts } = useTexts()
  if (!error) return null
  if (isRefused(error, 429))
    return <Wait seconds={error.retryAfterSeconds ?? 60} key={String(error.problem.traceId)} />
  if (isRefused(error, 403) && error.problem.code === 'SIGN_IN_LINK_NEEDED')
    return <AskForLink login={login} />
  if (isRefused(error, 401) || isRefused(error, 400) || isRefused(error, 422))
    return (
      <p role="alert" className={styles.wrong}>
        {texts.wrong}
      </p>
    )
  return <ProblemNote error={error} of="change" />
}

function Wait({ seconds }: { readonly seconds: number }) {
  const [left, setLeft] = useState(seconds)
  useEffect(() => {
    const timer = setInterval(() => setLeft((now) => Math.max(0, now - 1)), 1000)
    return () => clearInterval(timer)
  }, [])
  const { signIn: texts } = useTexts()
  if (left === 0) return null
  return (
    <p className={styles.wrong}>
      <span aria-hidden>{texts.wait(left)}</span>
      <span role="alert" className="unseen">
        {texts.wait(seconds)}
      </span>
    </p>
  )
}
