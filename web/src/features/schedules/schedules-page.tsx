import { Button, Skeleton } from '@mantine/core'
import type { Schedule } from '@rounds/contracts/http'
import { IconClock, IconPlayerPause, IconPlayerPlay, IconPlus } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Badge } from '../../parts/badge.tsx'
import { BrokenRecords } from '../../parts/broken-records.tsx'
import { Empty } from '../../parts/empty.tsx'
import { Instant } from '../../parts/instant.tsx'
import { Page } from '../../parts/page.tsx'
import { ProblemNote } from '../../parts/problem-note.tsx'
import { CardList, TitleCard } from '../../parts/title-card.tsx'
import { useTexts } from '../../texts/texts.ts'
import { useSession } from '../sign-in/use-session.ts'
import { localOf, utcOf } from './fire-times.ts'
import { OutcomeBadge } from './outcome-badge.tsx'
import { removeSchedule, schedulesQuery } from './schedule-queries.ts'
import styles from './schedules-page.module.css'

export function SchedulesPage() {
  const { pages, schedules: texts } = useTexts()
  return (
    <Page title={pages.schedules} lead={texts.lead} actions={<New />}>
      <Schedules />
    </Page>
  )
}

/** Operations look; admins make. */
function New() {
  const { schedules: texts } = useTexts()
  const { role } = useSession()
  if (role !== 'admin') return null
  return (
    <Button
      leftSection={<IconPlus size={18} aria-hidden />}
      renderRoot={(props) => <Link {...props} to="/schedules/new" />}
    >
      {texts.new}
    </Button>
  )
}

function Schedules() {
  const { app, schedules: texts } = useTexts()
  const found = useQuery(schedulesQuery)
  const { role } = useSession()
  const queries = useQueryClient()
  const remove = async (scheduleId: string) => {
    await removeSchedule(scheduleId)
    await queries.invalidateQueries({ queryKey: schedulesQuery.queryKey })
  }
  if (found.isPending) return <Skeleton height={320} radius="lg" role="status" aria-label={app.loading} />
  if (found.isError && !found.data)
    return <ProblemNote error={found.error} onRetry={() => void found.refetch()} />
  if (found.data.items.length === 0 && !found.data.broken)
    return (
      <div className={styles.surface}>
        <Empty icon={IconClock} title={texts.empty} detail={texts.emptyDetail} action={<New />} />
      </div>
    )
  return (
    <>
      <CardList label={texts.listLabel}>
        {found.data.items.map((schedule) => (
          <Card key={schedule.scheduleId} schedule={schedule} />
        ))}
      </CardList>
      <BrokenRecords records={found.data.broken} onRemove={role === 'admin' ? remove : undefined} />
    </>
  )
}

function Card({ schedule }: { readonly schedule: Schedule }) {
  const { schedules: texts, schedulePurpose } = useTexts()
  const { scheduleId, name, purpose, words, zone, paused, next, last, broken } = schedule
  return (
    <TitleCard
      title={
        <Link to="/schedules/$scheduleId" params={{ scheduleId }}>
          {name}
        </Link>
      }
      badge={<StateBadge isPaused={paused !== undefined} />}
      about={`${schedulePurpose[purpose]} · ${words.en} · ${zone}`}
    >
      {broken && (
        <p role="alert" className={styles.paused}>
          {broken}
        </p>
      )}
      {paused && <p className={styles.paused}>{texts.pausedBy(paused.by.name, paused.reason)}</p>}
      <div className={styles.columns}>
        <div>
          <h3 className={styles.label}>{texts.next}</h3>
          {next.length === 0 && <p className={styles.about}>{texts.none}</p>}
          <ol className={styles.times}>
            {next.map(({ at, local }) => (
              <li key={at}>
                <span>{localOf(local)}</span> <span className={styles.utc}>{texts.utc(utcOf(at))}</span>
              </li>
            ))}
          </ol>
        </div>
        <div>
          <h3 className={styles.label}>{texts.last}</h3>
          {last ? (
            <p className={styles.last}>
              <OutcomeBadge outcome={last.outcome} /> <Instant at={last.due} />
            </p>
          ) : (
            <p className={styles.about}>{texts.notYet}</p>
          )}
        </div>
      </div>
    </TitleCard>
  )
}

export function StateBadge({ isPaused }: { readonly isPaused: boolean }) {
  const { schedules: texts } = useTexts()
  return isPaused ? (
    <Badge tone="warn" icon={IconPlayerPause}>
      {texts.paused}
    </Badge>
  ) : (
    <Badge tone="good" icon={IconPlayerPlay}>
      {texts.active}
    </Badge>
  )
}
