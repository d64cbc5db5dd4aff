import { ActionIcon, Indicator, Popover } from '@mantine/core'
import { useLocalStorage } from '@mantine/hooks'
import type { Job } from '@rounds/contracts/http'
import { IconBell } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { JobBadge } from '../features/reports/job-badge.tsx'
import { useSession } from '../features/sign-in/use-session.ts'
import { Instant } from '../parts/instant.tsx'
import { useTexts } from '../texts/texts.ts'
import styles from './bell.module.css'

/** Reports that ended, also those that did while nobody looked. What is new is remembered in this browser. */
export function Bell({ jobs }: { readonly jobs: readonly Job[] }) {
  const texts = useTexts()
  const [open, setOpen] = useState(false)
  const { personId } = useSession()
  const [seenAt, setSeenAt] = useLocalStorage({
    key: `rounds.seen.${personId}`,
    defaultValue: '',
    getInitialValueInEffect: false,
  })
  const finished = jobs.filter(hasEnded).sort((one, other) => other.finishedAt.localeCompare(one.finishedAt))
  const unseen = finished.filter(({ finishedAt }) => finishedAt > seenAt).length
  const change = (opened: boolean) => {
    setOpen(opened)
    if (!opened && finished[0]) setSeenAt(finished[0].finishedAt)
  }
  return (
    <Popover
      opened={open}
      onChange={change}
      position="bottom-end"
      width={340}
      shadow="md"
      trapFocus
      returnFocus
    >
      <Indicator
        label={unseen}
        size={17}
        disabled={unseen === 0}
        offset={5}
        classNames={{ indicator: styles.count ?? '' }}
      >
        <Popover.Target>
          <ActionIcon
            variant="subtle"
            color="gray"
            size={38}
            aria-label={texts.bell.label(unseen)}
            onClick={() => change(!open)}
          >
            <IconBell size={21} stroke={1.8} className={styles.icon} aria-hidden />
          </ActionIcon>
        </Popover.Target>
      </Indicator>
      <Popover.Dropdown p={0} aria-label={texts.bell.title}>
        <h2 className={styles.title}>{texts.bell.title}</h2>
        {finished.length === 0 && <p className={styles.empty}>{texts.bell.empty}</p>}
        <ul className={styles.list}>
          {finished.slice(0, 6).map((job) => (
            <li key={job.jobId}>
              <Link
                to="/reports/$jobId"
                params={{ jobId: job.jobId }}
                className={styles.item}
                data-unseen={job.finishedAt > seenAt || undefined}
                onClick={() => change(false)}
              >
                <span className={styles.what}>{job.title}</span>
                <span className={styles.when}>
                  <JobBadge state={job.state} /> <Instant at={job.finishedAt} />
                </span>
              </Link>
            </li>
          ))}
        </ul>
        <Link to="/reports" className={styles.all} onClick={() => change(false)}>
          {texts.bell.all}
        </Link>
      </Popover.Dropdown>
    </Popover>
  )
}

const hasEnded = (job: Job): job is Job & { readonly finishedAt: string } =>
  job.finishedAt !== undefined && (job.state === 'done' || job.state === 'failed')
