import { Button, CopyButton, Skeleton } from '@mantine/core'
import type { Job } from '@rounds/contracts/http'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useFormats } from '../../format/use-formats.ts'
import { isRefused } from '../../http/problem.ts'
import { jobQuery } from '../../live/job-cache.ts'
import { useFallbackInterval } from '../../live/live.tsx'
import { isActive } from '../../live/newest-job.ts'
import { Back } from '../../parts/back.tsx'
import { Fact, Facts } from '../../parts/facts.tsx'
import { Instant } from '../../parts/instant.tsx'
import { NotFound } from '../../parts/not-found.tsx'
import { Page } from '../../parts/page.tsx'
import { ProblemNote } from '../../parts/problem-note.tsx'
import { useTexts } from '../../texts/texts.ts'
import { departmentsQuery, doctorsQuery } from '../appointments/appointment-queries.ts'
import { ChainLink } from '../chains/chain-link.tsx'
import { useSession } from '../sign-in/use-session.ts'
import { filtersInWords } from './filters-in-words.ts'
import { JobActions } from './job-actions.tsx'
import { JobBadge } from './job-badge.tsx'
import { JobProgress } from './job-progress.tsx'
import styles from './report-page.module.css'
import { timelineOf } from './timeline.ts'

const route = getRouteApi('/inside/reports/$jobId')

export function ReportPage() {
  const { pages, app, report: texts } = useTexts()
  const { jobId } = route.useParams()
  const found = useQuery({ ...jobQuery(jobId), refetchInterval: useFallbackInterval() })
  if (isRefused(found.error, 404) || isRefused(found.error, 400)) return <NotFound />
  return (
    <Page
      narrow
      title={found.data?.title ?? pages.report}
      above={<Back to="/reports">{texts.back}</Back>}
      lead={found.data && <JobBadge state={found.data.state} />}
    >
      {found.isPending && <Skeleton height={320} radius="lg" role="status" aria-label={app.loading} />}
      {found.isError && <ProblemNote error={found.error} onRetry={() => void found.refetch()} />}
      {found.data && <Report job={found.data} />}
    </Page>
  )
}

function Report({ job }: { readonly job: Job }) {
  const { report: texts, reports } = useTexts()
  return (
    <>
      <section className={styles.now}>
        {isActive(job) && (
          <>
            <JobProgress job={job} />
            <p className={styles.hint}>{texts.notReady}</p>
          </>
        )}
        {job.failure && <p className={styles.failure}>{job.failure.reason}</p>}
        {job.state === 'expired' && <p className={styles.hint}>{reports.expired}</p>}
        <JobActions job={job} />
        {job.retryOf && (
          <p className={styles.hint}>
            {texts.again}{' '}
            <Link to="/reports/$jobId" params={{ jobId: job.retryOf }}>
              {texts.earlier}
            </Link>
          </p>
        )}
      </section>
      <section className={styles.card} aria-labelledby="timeline">
        <h2 id="timeline" className={styles.title}>
          {texts.timeline}
        </h2>
        <ol className={styles.timeline}>
          {timelineOf(job).map(({ step, at, isNow }) => (
            <li key={step} data-now={isNow || undefined} data-step={step}>
              <span className={styles.step}>{texts[step]}</span>
              <span className={styles.at}>
                {at && <Instant at={at} />}
                {step === 'started' && job.attempt > 1 && ` · ${texts.attempt(job.attempt)}`}
              </span>
            </li>
          ))}
        </ol>
      </section>
      <About job={job} />
    </>
  )
}

function About({ job }: { readonly job: Job }) {
  const { report: texts, reports, newReport, chains } = useTexts()
  const { number, bytes } = useFormats()
  const isAdmin = useSession().role === 'admin'
  const { result } = job
  return (
    <section className={styles.card} aria-labelledby="about">
      <h2 id="about" className={styles.title}>
        {texts.about}
      </h2>
      <Facts>
        <Fact name={texts.filters}>
          <Filters job={job} />
        </Fact>
        <Fact name={texts.format}>
          {job.flavour === 'excel' ? newReport.flavours.excel : newReport.flavours.standard}
          {job.gzip && `, ${texts.gzip}`}
        </Fact>
        <Fact name={texts.askedBy}>{job.requestedBy.name}</Fact>
        {isAdmin && (
          <Fact name={chains.title}>
            <ChainLink about={job.jobId} />
          </Fact>
        )}
        {result && (
          <>
            <Fact name={texts.file}>{result.fileName}</Fact>
            <Fact name={texts.rows}>
              {number(result.rows)}
              {result.rowsSkipped > 0 && ` (${reports.skipped(number(result.rowsSkipped))})`}
            </Fact>
            <Fact name={texts.size}>{bytes(result.bytes)}</Fact>
            <Fact name={texts.snapshot}>
              <Instant at={result.snapshotTime} />
            </Fact>
            <Fact name={texts.expires}>
              <Instant at={result.expiresAt} />
            </Fact>
            <Fact name={texts.checksum} wide>
              <Checksum value={result.sha256} />
            </Fact>
          </>
        )}
      </Facts>
    </section>
  )
}

function Filters({ job }: { readonly job: Job }) {
  const texts = useTexts()
  const formats = useFormats()
  const isAdmin = useSession().role === 'admin'
  const departments = useQuery({ ...departmentsQuery, enabled: isAdmin && 'departmentId' in job.parameters })
  const doctors = useQuery({ ...doctorsQuery, enabled: isAdmin && 'doctorId' in job.parameters })
  const names = new Map([
    ...(departments.data?.items.map(({ departmentId, name }) => [departmentId, name] as const) ?? []),
    ...(doctors.data?.items.map(({ doctorId, name }) => [doctorId, name] as const) ?? []),
  ])
  return filtersInWords(job.parameters, names, texts, formats)
}

function Checksum({ value }: { readonly value: string }) {
  const { report: texts, problem } = useTexts()
  return (
    <span className={styles.checksum}>
      <code>{value}</code>
      <CopyButton value={value}>
        {({ copied, copy }) => (
          <Button
            size="compact-sm"
            variant="default"
            onClick={copy}
            aria-label={copied ? problem.copied : texts.copyChecksum}
            leftSection={copied ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />}
          >
            {copied ? problem.copied : problem.copy}
          </Button>
        )}
      </CopyButton>
    </span>
  )
}
