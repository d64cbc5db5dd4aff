import type { Job } from '@rounds/contracts/http'
import { Link } from '@tanstack/react-router'
import { isActive } from '../../live/newest-job.ts'
import { Instant } from '../../parts/instant.tsx'
import { TitleCard } from '../../parts/title-card.tsx'
import { useTexts } from '../../texts/texts.ts'
import { useSession } from '../sign-in/use-session.ts'
import { JobActions } from './job-actions.tsx'
import { JobBadge } from './job-badge.tsx'
import styles from './job-card.module.css'
import { JobProgress } from './job-progress.tsx'

export function JobCard({ job }: { readonly job: Job }) {
  const { reports: texts } = useTexts()
  const { personId } = useSession()
  return (
    <TitleCard
      title={
        <Link to="/reports/$jobId" params={{ jobId: job.jobId }}>
          {job.title}
        </Link>
      }
      badge={<JobBadge state={job.state} />}
      about={
        <>
          {texts.askedAt} <Instant at={job.createdAt} />
          {job.requestedBy.id !== personId && ` ${texts.askedBy(job.requestedBy.name)}`}
        </>
      }
    >
      <div className={styles.body}>
        <div className={styles.now}>
          <Now job={job} />
        </div>
        <JobActions job={job} />
      </div>
    </TitleCard>
  )
}

/** What there is to say of a job in its state. */
function Now({ job }: { readonly job: Job }) {
  const { reports: texts } = useTexts()
  if (isActive(job)) return <JobProgress job={job} />
  if (job.failure) return <p className={styles.failure}>{job.failure.reason}</p>
  if (job.state === 'expired') return <p className={styles.about}>{texts.expired}</p>
  if (job.state !== 'done' || !job.result) return null
  return (
    <p className={styles.about}>
      {texts.availableUntil} <Instant at={job.result.expiresAt} />
    </p>
  )
}
