import { Button } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import type { Job, JobState } from '@rounds/contracts/http'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useEffectEvent, useRef } from 'react'
import { useToast } from '../../parts/toast.ts'
import { useTexts } from '../../texts/texts.ts'
import { endedSince } from './ended-since.ts'

/** What says that this report is being made, until it is. */
export const askedToast = (jobId: string) => `asked-${jobId}`

/** Says it, wherever one is in the application, when a report of mine ends. The bell keeps what was said. */
export function useFinishedToasts(jobs: readonly Job[] | undefined): void {
  const { reports: texts } = useTexts()
  const toast = useToast()
  const states = useRef<ReadonlyMap<string, JobState>>(new Map())
  const say = useEffectEvent((job: Job) => {
    const onlyOnce = `ended-${job.jobId}`
    const message = <Ended job={job} onLook={() => notifications.hide(onlyOnce)} />
    toast.tell(message, {
      title: job.state === 'done' ? texts.finished : texts.failed,
      onlyOnce,
      replaces: askedToast(job.jobId),
    })
  })
  useEffect(() => {
    if (!jobs) return
    endedSince(states.current, jobs).forEach(say)
    states.current = new Map(jobs.map(({ jobId, state }) => [jobId, state]))
  }, [jobs])
}

function Ended({ job, onLook }: { readonly job: Job; readonly onLook: () => void }) {
  const { reports: texts } = useTexts()
  const navigate = useNavigate()
  const look = () => {
    onLook()
    void navigate({ to: '/reports/$jobId', params: { jobId: job.jobId } })
  }
  return (
    <>
      {job.title}
      <br />
      <Button size="compact-sm" variant="subtle" ml={-8} onClick={look}>
        {texts.look}
      </Button>
    </>
  )
}
