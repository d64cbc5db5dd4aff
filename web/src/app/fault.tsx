import { Button } from '@mantine/core'
import { useRouter } from '@tanstack/react-router'
import { useEffect, useEffectEvent } from 'react'
import { isPassing } from '../http/problem.ts'
import { useIsLive } from '../live/live.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { useTexts } from '../texts/texts.ts'

/** Where a page broke, or its data or a part of it could not be had at all. */
export function Fault({ error, reset }: { readonly error: unknown; readonly reset: () => void }) {
  const router = useRouter()
  const texts = useTexts()
  const isLive = useIsLive()
  const again = () => {
    reset()
    void router.invalidate()
  }
  useRetries(isPassing(error), isLive, again)
  const said = (
    <>
      <h1>{texts.app.name}</h1>
      <ProblemNote error={error} onRetry={again} />
      <Button mt="md" variant="subtle" onClick={() => window.location.reload()}>
        {texts.problem.reload}
      </Button>
    </>
  )
  const style = { maxWidth: '40rem', margin: '4rem auto', padding: '0 1rem' }
  // Within the pages there is a <main> around it already.
  return isLive === undefined ? <main style={style}>{said}</main> : <div style={style}>{said}</div>
}

/** Tries again every few seconds, and at once when the network or the stream of news is back. */
function useRetries(isWorthIt: boolean, isLive: boolean | undefined, again: () => void): void {
  const retry = useEffectEvent(again)
  useEffect(() => {
    if (!isWorthIt) return
    // Not all tabs in the same moment.
    const timer = setInterval(retry, 2_000 + Math.random() * 2_000)
    window.addEventListener('online', retry)
    return () => {
      clearInterval(timer)
      window.removeEventListener('online', retry)
    }
  }, [isWorthIt])
  useEffect(() => {
    if (!isWorthIt || !isLive) return
    const timer = setTimeout(retry, 100)
    return () => clearTimeout(timer)
  }, [isWorthIt, isLive])
}
