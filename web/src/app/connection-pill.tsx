import { Button } from '@mantine/core'
import { IconCloudOff, IconPointFilled, IconRefresh, type TablerIcon } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import type { LiveState } from '../live/hub.ts'
import { useLive } from '../live/live.tsx'
import { useTexts } from '../texts/texts.ts'
import styles from './connection-pill.module.css'

const icons: Readonly<Record<LiveState['kind'], TablerIcon>> = {
  connecting: IconRefresh,
  live: IconPointFilled,
  reconnecting: IconRefresh,
  offline: IconCloudOff,
}

/** Whether what one sees is what is. */
export function ConnectionPill() {
  const { live } = useTexts()
  const { state, retryNow } = useLive()
  const seconds = useSecondsUntil(state.kind === 'reconnecting' ? state.at : undefined)
  const Icon = icons[state.kind]
  const words = state.kind === 'reconnecting' ? live.reconnecting(seconds) : live[state.kind]
  return (
    <div className={styles.group}>
      <span className={styles.pill} data-state={state.kind}>
        <Icon size={14} aria-hidden />
        <span className={styles.words}>{words}</span>
      </span>
      {/* Said once per change, not once per second. */}
      <span className="unseen" role="status">
        {state.kind === 'reconnecting' ? live.reconnecting(0) : live[state.kind]}
      </span>
      {(state.kind === 'reconnecting' || state.kind === 'offline') && (
        <Button size="compact-sm" variant="default" onClick={retryNow}>
          {live.tryNow}
        </Button>
      )}
    </div>
  )
}

function useSecondsUntil(at: number | undefined): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    if (at === undefined) return
    setNow(Date.now())
    const timer = setInterval(() => setNow(Date.now()), 500)
    return () => clearInterval(timer)
  }, [at])
  return at === undefined ? 0 : Math.max(0, Math.ceil((at - now) / 1000))
}
