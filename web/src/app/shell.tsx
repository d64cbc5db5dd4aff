import type { Session } from '@rounds/contracts/http'
import {
  IconCalendarCheck,
  IconClock,
  IconFileSpreadsheet,
  IconListCheck,
  IconMail,
  IconMailExclamation,
  IconMessage,
  IconPlugConnected,
  IconShieldLock,
  IconSpeakerphone,
  IconStethoscope,
  type TablerIcon,
} from '@tabler/icons-react'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link, Outlet } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { CompletenessLine } from '../features/campaigns/completeness-line.tsx'
import { StoppedCount } from '../features/chat/stopped-count.tsx'
import { OpenCount } from '../features/dead-letters/open-count.tsx'
import { useFinishedToasts } from '../features/reports/finished-toasts.tsx'
import { percentOfAll } from '../features/reports/progress-words.ts'
import { isSamePerson, sessionQuery } from '../features/sign-in/session.ts'
import { SignInAgain, startAnew } from '../features/sign-in/sign-in-again.tsx'
import { StaySignedIn } from '../features/sign-in/stay-signed-in.tsx'
import { SessionContext, useSession } from '../features/sign-in/use-session.ts'
import { jobsQuery } from '../live/job-cache.ts'
import { Live, useFallbackInterval } from '../live/live.tsx'
import { PercentContext } from '../parts/window-title.ts'
import { useTexts } from '../texts/texts.ts'
import { AccountMenu } from './account-menu.tsx'
import { Bell } from './bell.tsx'
import { Brand } from './brand.tsx'
import { ConnectionPill } from './connection-pill.tsx'
import { type PagePath, pagesOf } from './home.ts'
import { LeaveGuard } from './leave-guard.tsx'
import styles from './shell.module.css'

/** What stands around every page once somebody is signed in, and stays when their session ends. */
export function Shell() {
  const { data: session } = useQuery(sessionQuery)
  const person = usePerson(session)
  return (
    <SessionContext value={person}>
      <Live isSignedIn={session !== null}>
        <Around />
        <LeaveGuard />
      </Live>
      {session === null && <SignInAgain />}
    </SessionContext>
  )
}

/** Whose page this is. Where somebody else signed in, here or in another tab, nothing of it stays. */
function usePerson(session: Session | null | undefined): Session | undefined {
  const [person, setPerson] = useState(session)
  const isAnother = Boolean(person && session && !isSamePerson(person, session))
  useEffect(() => {
    if (isAnother) startAnew('/')
  }, [isAnother])
  if (session && session !== person && !isAnother) setPerson(session)
  return person ?? undefined
}

function Around() {
  const texts = useTexts()
  const { personId, role } = useSession()
  const { data } = useInfiniteQuery({ ...jobsQuery, refetchInterval: useFallbackInterval() })
  const mine = data?.pages
    .flatMap(({ items }) => items)
    .filter(({ requestedBy }) => requestedBy.id === personId)
  useFinishedToasts(mine)
  return (
    <PercentContext value={percentOfAll(mine ?? [])}>
      <a href="#content" className={styles.skip}>
        {texts.app.skip}
      </a>
      <StaySignedIn />
      <div className={styles.shell}>
        <header className={styles.top}>
          <Brand />
          <div className={styles.tools}>
            <ConnectionPill />
            <Bell jobs={mine ?? []} />
            <AccountMenu />
          </div>
        </header>
        <Navigation />
        <main id="content" tabIndex={-1} className={styles.content}>
          {role === 'admin' && <CompletenessLine />}
          <Outlet />
        </main>
      </div>
    </PercentContext>
  )
}

const icons: Readonly<Record<PagePath, TablerIcon>> = {
  '/appointments': IconCalendarCheck,
  '/history': IconStethoscope,
  '/messages': IconMail,
  '/reports': IconFileSpreadsheet,
  '/campaigns': IconSpeakerphone,
  '/deliveries': IconListCheck,
  '/schedules': IconClock,
  '/chat': IconMessage,
  '/systems': IconPlugConnected,
  '/emergency-access': IconShieldLock,
  '/dead-letters': IconMailExclamation,
}

function Navigation() {
  const { app, pages } = useTexts()
  const names: Readonly<Record<PagePath, string>> = {
    '/appointments': pages.appointments,
    '/history': pages.history,
    '/messages': pages.messages,
    '/reports': pages.reports,
    '/campaigns': pages.campaigns,
    '/deliveries': pages.deliveries,
    '/schedules': pages.schedules,
    '/chat': pages.chat,
    '/systems': pages.systems,
    '/emergency-access': pages.emergencyAccess,
    '/dead-letters': pages.deadLetters,
  }
  return (
    <nav aria-label={app.navigation} className={styles.navigation}>
      <ul>
        {pagesOf(useSession().role).map((page) => {
          const Icon = icons[page]
          return (
            <li key={page}>
              <Link to={page} className={styles.link} activeOptions={{ includeSearch: false }}>
                <Icon size={20} stroke={1.8} aria-hidden />
                {names[page]}
                {page === '/chat' && <StoppedCount />}
                {page === '/dead-letters' && <OpenCount />}
              </Link>
            </li>
          )
        })}
      </ul>
    </nav>
  )
}
