import { Button } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import type { Job, JobState } from '@rounds/contracts/http'
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { type Texts, useTexts } from '../../texts/texts.ts'
import { endedSince } from './ended-since.ts'

/** Says it, wherever one is in the application, when a report of mine ends. The bell keeps what was said. */
export function useFinishedToasts(jobs: readonly Job[] | undefined): void {
  const texts = useTexts()
  const navigate = useNavigate()
  const states = useRef<ReadonlyMap<string, JobState>>(new Map())
  useEffect(() => {
    if (!jobs) return
    const ended = endedSince(states.current, jobs)
    states.current = new Map(jobs.map(({ jobId, state }) => [jobId, state]))
    for (const job of ended) {
      toast(job, texts, () => void navigate({ to: '/reports/$jobId', params: { jobId: job.jobId } }))
    }
  }, [jobs, texts, navigate])
}

function toast(job: Job, { reports: texts, problem }: Texts, onLook: () => void): void {
  const isReady = job.state === 'done'
  const id = `ended-${job.jobId}`
  notifications.show({
    id,
    role: 'status',
    color: isReady ? 'lagoon' : 'red',
    icon: isReady ? <IconCheck size={18} aria-hidden /> : <IconAlertTriangle size={18} aria-hidden />,
    title: isReady ? texts.finished : texts.failed,
    closeButtonProps: { 'aria-label': problem.close },
    message: (
      <>
        {job.title}
        <br />
        <Button
          size="compact-sm"
          variant="subtle"
          ml={-8}
          onClick={() => {
            notifications.hide(id)
            onLook()
          }}
        >
          {texts.look}
        </Button>
      </>
    ),
  })
}
