import { Button, Skeleton } from '@mantine/core'
import type { Appointment } from '@rounds/contracts/http'
import { IconCalendarOff } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { dayIn } from '../../format/days.ts'
import { useFormats } from '../../format/use-formats.ts'
import { Empty } from '../../parts/empty.tsx'
import { More } from '../../parts/more.tsx'
import { Page } from '../../parts/page.tsx'
import { ProblemNote } from '../../parts/problem-note.tsx'
import { useTexts } from '../../texts/texts.ts'
import { AppointmentList } from './appointment-list.tsx'
import { appointmentsQuery } from './appointment-queries.ts'
import { type AppointmentSearch, appointmentQueryOf, rangeOf } from './appointment-search.ts'
import styles from './appointments-page.module.css'
import { CheckDialog } from './check-dialog.tsx'
import { AppointmentFilters } from './filters.tsx'
import { FindingsDialog } from './findings-dialog.tsx'

const route = getRouteApi('/inside/appointments')

export function AppointmentsPage() {
  const { pages, ranges } = useTexts()
  const { zone, range, weekday } = useFormats()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const today = dayIn(zone, new Date())
  const asked = rangeOf(search, today)
  const inWords = asked.from && asked.from === asked.to ? weekday(asked.from) : (range(asked) ?? ranges.all)
  const show = (filters: AppointmentSearch) => void navigate({ search: filters, replace: true })
  const [checking, setChecking] = useState<Appointment>()
  const [opened, setOpened] = useState<Appointment>()
  return (
    <Page title={pages.appointments} lead={inWords}>
      <AppointmentFilters search={search} onChange={show} />
      <Found
        search={search}
        today={today}
        inWords={inWords}
        onShow={show}
        onCheck={setChecking}
        onOpen={setOpened}
      />
      {opened && <FindingsDialog appointment={opened} onClose={() => setOpened(undefined)} />}
      {checking && <CheckDialog appointment={checking} onClose={() => setChecking(undefined)} />}
    </Page>
  )
}

interface FoundProps {
  readonly search: AppointmentSearch
  readonly today: string
  readonly inWords: string
  readonly onShow: (search: AppointmentSearch) => void
  readonly onCheck: (appointment: Appointment) => void
  readonly onOpen: (appointment: Appointment) => void
}

function Found({ search, today, inWords, onShow, onCheck, onOpen }: FoundProps) {
  const { appointments: texts } = useTexts()
  const found = useInfiniteQuery(appointmentsQuery(appointmentQueryOf(search, today)))
  const items = found.data?.pages.flatMap((page) => page.items) ?? []
  if (found.isPending) return <Waiting />
  if (found.isError && items.length === 0)
    return <ProblemNote error={found.error} onRetry={() => void found.refetch()} />
  if (items.length === 0)
    return (
      <div className={styles.surface}>
        <Empty
          icon={IconCalendarOff}
          title={texts.empty}
          detail={texts.emptyDetail}
          action={<Button onClick={() => onShow({ all: true })}>{texts.showAll}</Button>}
        />
      </div>
    )
  return (
    <>
      <AppointmentList items={items} caption={texts.caption(inWords)} onCheck={onCheck} onOpen={onOpen} />
      <More found={found} saysAll />
    </>
  )
}

function Waiting() {
  const { app } = useTexts()
  return (
    <div className={styles.surface} role="status" aria-label={app.loading}>
      <div className={styles.waiting}>
        {[...Array(8).keys()].map((row) => (
          <Skeleton key={row} height={28} radius="sm" />
        ))}
      </div>
    </div>
  )
}
