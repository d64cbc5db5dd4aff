import { Menu, UnstyledButton, useMantineColorScheme } from '@mantine/core'
import { IconCheck, IconDeviceDesktop, IconLogout, IconMoon, IconSun } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { sessionQuery, signOut, welcomeQuery } from '../features/sign-in/session.ts'
import { useSession } from '../features/sign-in/use-session.ts'
import { useTexts } from '../texts/texts.ts'
import styles from './account-menu.module.css'

/** Who is signed in, how the page looks, and the way out. */
export function AccountMenu() {
  const { app } = useTexts()
  const { name, role } = useSession()
  const leave = useSignOut()
  return (
    <Menu position="bottom-end" width={240} shadow="md">
      <Menu.Target>
        <UnstyledButton className={styles.target} aria-label={app.account(name)}>
          <span className={styles.initials} aria-hidden>
            {initialsOf(name)}
          </span>
          <span className={styles.person}>
            <span className={styles.name}>{name}</span>
            <span className={styles.role}>{app.roles[role]}</span>
          </span>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <div className={styles.who}>
          <div className={styles.name}>{name}</div>
          <div className={styles.role}>{app.roles[role]}</div>
        </div>
        <Menu.Divider />
        <ColourSchemes />
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={17} aria-hidden />} onClick={() => void leave()}>
          {app.signOut}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

const schemes = [
  { scheme: 'auto', Icon: IconDeviceDesktop },
  { scheme: 'light', Icon: IconSun },
  { scheme: 'dark', Icon: IconMoon },
] as const

function ColourSchemes() {
  const { app } = useTexts()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  return (
    <div role="group" aria-label={app.colourScheme}>
      {schemes.map(({ scheme, Icon }) => (
        <Menu.Item
          key={scheme}
          role="menuitemradio"
          aria-checked={colorScheme === scheme}
          closeMenuOnClick={false}
          leftSection={<Icon size={17} aria-hidden />}
          rightSection={colorScheme === scheme && <IconCheck size={16} aria-hidden />}
          onClick={() => setColorScheme(scheme)}
        >
          {app.colourSchemes[scheme]}
        </Menu.Item>
      ))}
    </div>
  )
}

/** Leaves even when the gateway does not answer: what was read is forgotten in this tab. */
function useSignOut() {
  const queries = useQueryClient()
  const router = useRouter()
  return async () => {
    await signOut().catch(() => {})
    queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== welcomeQuery.queryKey[0] })
    queries.setQueryData(sessionQuery.queryKey, null)
    await router.navigate({ to: '/sign-in', search: {} })
  }
}

const initialsOf = (name: string) =>
  name
    .split(/\s+/)
    .filter((part) => !/\.$/.test(part))
    .map((part) => [...part][0])
    .slice(0, 2)
    .join('')
