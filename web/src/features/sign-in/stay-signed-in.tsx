import { Button, Modal } from '@mantine/core'
import type { Session } from '@rounds/contracts/http'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import styles from '../../parts/confirm.module.css'
import { useTexts } from '../../texts/texts.ts'
import { ActivityReporter, activities } from './activity.ts'
import { currentSession, reportActivity, sessionQuery } from './session.ts'
import { sessionPhase } from './session-clock.ts'

/** Reports what the person does, and asks in the last two minutes of a session whether they are still there. */
export function StaySignedIn() {
  const { prolong, check, isLongest } = useProlonging()
  const { data, dataUpdatedAt } = useQuery(sessionQuery)
  const now = useSeconds()
  const phase = data ? sessionPhase(data.endsInSeconds, dataUpdatedAt, now) : quiet
  const isEnding = phase.kind === 'ending'
  useActivity(prolong, !isEnding)
  useEffect(() => {
    if (phase.kind === 'check' || phase.kind === 'over') check()
  }, [phase.kind, check])

  if (!isEnding) return null
  return <Offer secondsLeft={phase.secondsLeft} isLongest={isLongest} onStay={prolong} />
}

const quiet = { kind: 'quiet' } as const

interface OfferProps {
  readonly secondsLeft: number
  /** After twelve hours nothing prolongs it any more. */
  readonly isLongest: boolean
  readonly onStay: () => void
}

function Offer({ secondsLeft, isLongest, onStay }: OfferProps) {
  const { staySignedIn: texts } = useTexts()
  const [isRead, setRead] = useState(false)
  if (isLongest && isRead) return null
  const detail = isLongest ? texts.longest : texts.detail
  const answer = isLongest ? () => setRead(true) : onStay
  // Read out every half minute; every second would leave no time to hear anything else.
  const announced = Math.ceil(secondsLeft / 30) * 30
  return (
    <Modal opened onClose={answer} title={texts.title} withCloseButton={false}>
      <div className={styles.form}>
        <p className={styles.detail}>
          <span aria-hidden>{detail(secondsLeft)}</span>
          <span role="status" className="unseen">
            {detail(announced)}
          </span>
        </p>
        <div className={styles.answers}>
          <Button onClick={answer} data-autofocus>
            {isLongest ? texts.understood : texts.stay}
          </Button>
        </div>
      </div>
    </Modal>
  )
}

/** Prolongs the session and tells the other tabs, which share it; an answer that it is over signs out here. */
function useProlonging() {
  const queries = useQueryClient()
  const [isLongest, setLongest] = useState(false)
  const keep = (session: Session) => queries.setQueryData(sessionQuery.queryKey, session)
  const [channel, setChannel] = useState<BroadcastChannel>()
  useEffect(() => {
    const opened = new BroadcastChannel('rounds session')
    // It says only that something changed: each tab asks whose session it is.
    opened.onmessage = () => void queries.invalidateQueries({ queryKey: sessionQuery.queryKey })
    setChannel(opened)
    return () => opened.close()
  }, [queries])
  const { mutate: prolong } = useMutation({
    mutationFn: reportActivity,
    onSuccess(session) {
      keep(session)
      setLongest(sessionPhase(session.endsInSeconds, 0, 0).kind === 'ending')
      channel?.postMessage(null)
    },
  })
  const { mutate: check } = useMutation({ mutationFn: currentSession, onSuccess: keep })
  return { prolong, check, isLongest }
}

function useActivity(report: () => void, isWatched: boolean): void {
  useEffect(() => {
    if (!isWatched) return
    const reporter = new ActivityReporter({
      report,
      now: Date.now,
      later(run, ms) {
        const timer = setTimeout(run, ms)
        return () => clearTimeout(timer)
      },
    })
    const noticed = () => reporter.noticed()
    const how = { capture: true, passive: true }
    for (const activity of activities) window.addEventListener(activity, noticed, how)
    return () => {
      for (const activity of activities) window.removeEventListener(activity, noticed, how)
      reporter.stop()
    }
  }, [report, isWatched])
}

function useSeconds(): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000)
    return () => clearInterval(timer)
  }, [])
  return now
}
