import { Button, Popover, SegmentedControl, UnstyledButton, useMantineColorScheme } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconLogout } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { useState } from 'react'
import { sessionQuery, signOut, welcomeQuery } from '../features/sign-in/session.ts'
import { useSession } from '../features/sign-in/use-session.ts'
import { LeaveQuestion } from '../parts/leave-question.tsx'
import { unsavedForms } from '../parts/unsaved.ts'
import { useTexts } from '../texts/texts.ts'
import styles from './account-menu.module.css'

/** Who is signed in, how the page looks, and the way out. */
export function AccountMenu() {
  const { app } = useTexts()
  const { name, role } = useSession()
  const leave = useSignOut()
  const [isAsking, setAsking] = useState(false)
  return (
    <Popover position="bottom-end" width={264} shadow="md" trapFocus returnFocus>
      <Popover.Target>
        <UnstyledButton className={styles.target}>
          <span className={styles.initials} aria-hidden>
            {initialsOf(name)}
          </span>
          <span className={styles.person}>
            <span className={styles.name}>{name}</span>
            <span className={styles.role}>{app.roles[role]}</span>
          </span>
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown aria-label={app.account(name)} className={styles.menu ?? ''}>
        <div>
          <div className={styles.name}>{name}</div>
          <div className={styles.role}>{app.roles[role]}</div>
        </div>
        <ColourScheme />
        <Button
          variant="default"
          leftSection={<IconLogout size={17} aria-hidden />}
          onClick={() => (unsavedForms.any() ? setAsking(true) : void leave())}
        >
          {app.signOut}
        </Button>
        {isAsking && <LeaveQuestion onLeave={() => void leave()} onStay={() => setAsking(false)} />}
      </Popover.Dropdown>
    </Popover>
  )
}

function ColourScheme() {
  const { app } = useTexts()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  return (
    <SegmentedControl
      fullWidth
      aria-label={app.colourScheme}
      value={colorScheme}
      onChange={setColorScheme}
      data={(['auto', 'light', 'dark'] as const).map((value) => ({ value, label: app.colourSchemes[value] }))}
    />
  )
}

/** Leaves even when the gateway does not answer: what was read is forgotten in this tab. */
function useSignOut() {
  const queries = useQueryClient()
  const router = useRouter()
  return async () => {
    await signOut().catch(() => {})
    unsavedForms.forget()
    notifications.clean()
    queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== welcomeQuery.queryKey[0] })
    queries.setQueryData(sessionQuery.queryKey, null)
    await router.navigate({ to: '/sign-in', search: {} })
  }
}

const initialsOf = (name: string) =>
  name
    .split(/\s+/)
    .filter((part) => !/^dr\.?$/i.test(part))
    .map((part) => [...part][0])
    .slice(0, 2)
    .join('')
