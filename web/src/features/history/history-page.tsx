import { Button, Skeleton } from '@mantine/core'
import type { Appointment } from '@rounds/contracts/http'
import { IconChevronDown, IconDownload, IconStethoscope } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { Empty } from '../../parts/empty.tsx'
import { Instant } from '../../parts/instant.tsx'
import { More } from '../../parts/more.tsx'
import { Page } from '../../parts/page.tsx'
import { ProblemNote } from '../../parts/problem-note.tsx'
import { useTexts } from '../../texts/texts.ts'
import { appointmentsQuery } from '../appointments/appointment-queries.ts'
import { Findings } from '../appointments/findings.tsx'
import { StatusBadge } from '../appointments/status-badge.tsx'
import styles from './history-page.module.css'
import { plannedAndPast } from './planned-and-past.ts'

/** A patient's own visits: what is planned, and what was found. */
export function HistoryPage() {
  const { pages, history: texts } = useTexts()
  return (
    <Page
      narrow
      title={pages.history}
      lead={texts.lead}
      actions={
        <Button
          variant="default"
          leftSection={<IconDownload size={17} aria-hidden />}
          renderRoot={(props) => <Link {...props} to="/reports" search={{ new: true }} />}
        >
          {texts.report}
        </Button>
      }
    >
      <Visits />
    </Page>
  )
}

function Visits() {
  const { app, history: texts } = useTexts()
  const found = useInfiniteQuery(appointmentsQuery({ order: 'latest' }))
  const items = found.data?.pages.flatMap((page) => page.items) ?? []
  if (found.isPending) return <Skeleton height={320} radius="lg" role="status" aria-label={app.loading} />
  if (found.isError && items.length === 0)
    return <ProblemNote error={found.error} onRetry={() => void found.refetch()} />
  if (items.length === 0)
    return <Empty icon={IconStethoscope} title={texts.empty} detail={texts.emptyDetail} />
  const { planned, past } = plannedAndPast(items, new Date())
  return (
    <>
      <section aria-labelledby="planned" className={styles.part}>
        <h2 id="planned" className={styles.title}>
          {texts.upcoming}
        </h2>
        {planned.length === 0 ? (
          <p className={styles.none}>{texts.emptyPlanned}</p>
        ) : (
          <VisitList items={planned} />
        )}
      </section>
      <section aria-labelledby="past" className={styles.part}>
        <h2 id="past" className={styles.title}>
          {texts.past}
        </h2>
        <VisitList items={past} />
        <More found={found} />
      </section>
    </>
  )
}

const VisitList = ({ items }: { readonly items: readonly Appointment[] }) => (
  <ul className={styles.list}>
    {items.map((visit) => (
      <li key={visit.appointmentId}>
        <Visit visit={visit} />
      </li>
    ))}
  </ul>
)

function Visit({ visit }: { readonly visit: Appointment }) {
  const { history: texts } = useTexts()
  const [isOpen, setOpen] = useState(false)
  return (
    <article className={styles.visit}>
      <div className={styles.head}>
        <h3 className={styles.when}>
          <Instant at={visit.startsAt} />
        </h3>
        <StatusBadge status={visit.status} />
      </div>
      <p className={styles.with}>{texts.with(visit.doctor.name, visit.department.name)}</p>
      {visit.reason && <p className={styles.reason}>{visit.reason}</p>}
      {visit.status === 'checked' && (
        <details className={styles.findings} onToggle={(event) => setOpen(event.currentTarget.open)}>
          <summary>
            {texts.open}
            <IconChevronDown size={17} aria-hidden />
          </summary>
          <div className={styles.opened}>{isOpen && <Findings appointmentId={visit.appointmentId} />}</div>
        </details>
      )}
    </article>
  )
}
