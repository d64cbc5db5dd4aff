import { Button, Skeleton } from '@mantine/core'
import { IconFileSpreadsheet, IconPlus } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { Suspense } from 'react'
import { jobsQuery } from '../../live/job-cache.ts'
import { Empty } from '../../parts/empty.tsx'
import { lazily } from '../../parts/lazily.tsx'
import { ListNews } from '../../parts/list-news.tsx'
import { More } from '../../parts/more.tsx'
import { Page } from '../../parts/page.tsx'
import { ProblemNote } from '../../parts/problem-note.tsx'
import { useSteadyList } from '../../parts/steady-list.ts'
import { CardList } from '../../parts/title-card.tsx'
import { useTexts } from '../../texts/texts.ts'
import { useSession } from '../sign-in/use-session.ts'
import { JobCard } from './job-card.tsx'
import styles from './reports-page.module.css'

// Brings the calendar with it, which the list does not need.
const NewReport = lazily(async () => (await import('./new-report.tsx')).NewReport)

const route = getRouteApi('/inside/reports')

export function ReportsPage() {
  const { pages, reports: texts } = useTexts()
  const navigate = route.useNavigate()
  const { new: isAsking, ...filledIn } = route.useSearch()
  const ask = () => void navigate({ search: { new: true } })
  return (
    <Page
      title={pages.reports}
      lead={texts.lead}
      actions={
        <Button leftSection={<IconPlus size={18} aria-hidden />} onClick={ask}>
          {texts.new}
        </Button>
      }
    >
      <Jobs onAsk={ask} />
      {isAsking && (
        <Suspense>
          <NewReport filledIn={filledIn} onClose={() => void navigate({ search: {} })} />
        </Suspense>
      )}
    </Page>
  )
}

function Jobs({ onAsk }: { readonly onAsk: () => void }) {
  const { app, reports: texts } = useTexts()
  const found = useInfiniteQuery(jobsQuery)
  const jobs = found.data?.pages.flatMap(({ items }) => items) ?? []
  const { personId } = useSession()
  const { shown, fresh, show } = useSteadyList(
    jobs,
    ({ jobId }) => jobId,
    'jobs',
    ({ requestedBy }) => requestedBy.id === personId,
  )
  if (found.isPending) return <Skeleton height={220} radius="lg" role="status" aria-label={app.loading} />
  if (found.isError && jobs.length === 0)
    return <ProblemNote error={found.error} onRetry={() => void found.refetch()} />
  if (jobs.length === 0)
    return (
      <div className={styles.surface}>
        <Empty
          icon={IconFileSpreadsheet}
          title={texts.empty}
          detail={texts.emptyDetail}
          action={<Button onClick={onAsk}>{texts.new}</Button>}
        />
      </div>
    )
  return (
    <>
      {fresh > 0 && <ListNews fresh={fresh} onShow={show} isLive />}
      <CardList label={texts.listLabel}>
        {shown.map((job) => (
          <JobCard key={job.jobId} job={job} />
        ))}
      </CardList>
      <More found={found} />
    </>
  )
}
