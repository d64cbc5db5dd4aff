import type { Job } from '@rounds/contracts/http'
import { type QueryClient, useQueryClient } from '@tanstack/react-query'
import { createContext, type ReactNode, use, useEffect, useState, useSyncExternalStore } from 'react'
import { type LiveHub, type LiveState, liveHub, type Source } from './hub.ts'
import { tellJob, tellProgress } from './job-cache.ts'
import type { JobProgress } from './newest-job.ts'
import { type ChatNews, tellChat } from './tell-chat.ts'

const LiveContext = createContext<LiveHub | undefined>(undefined)

interface LiveProps {
  readonly isSignedIn: boolean
  readonly children: ReactNode
}

/** Keeps one stream open while somebody is signed in, and what it says in the query client. */
export function Live({ isSignedIn, children }: LiveProps) {
  const queries = useQueryClient()
  const [hub] = useState(() => browserHub(queries))
  useEffect(() => {
    if (!isSignedIn) return
    hub.start()
    window.addEventListener('online', hub.retryNow)
    window.addEventListener('offline', hub.wentOffline)
    return () => {
      window.removeEventListener('online', hub.retryNow)
      window.removeEventListener('offline', hub.wentOffline)
      hub.stop()
    }
  }, [hub, isSignedIn])
  return <LiveContext value={hub}>{children}</LiveContext>
}

/** Whether news come in; undefined outside of the pages that they are for. */
export function useIsLive(): boolean | undefined {
  const hub = use(LiveContext)
  const state = useSyncExternalStore(hub?.subscribe ?? noNews, () => hub?.state().kind)
  return state && state === 'live'
}

const noNews = () => () => {}

export function useLive(): { readonly state: LiveState; readonly retryNow: () => void } {
  const hub = use(LiveContext)
  if (!hub) throw new Error('useLive stands outside of <Live>')
  return { state: useSyncExternalStore(hub.subscribe, hub.state), retryNow: hub.retryNow }
}

/** While the stream is away, lists of moving things ask by themselves. */
export const useFallbackInterval = (): number | false => (useLive().state.kind === 'live' ? false : 5_000)

const browserHub = (queries: QueryClient): LiveHub =>
  liveHub({
    open: () => new EventSource('/v1/stream') as Source,
    isOnline: () => navigator.onLine,
    now: Date.now,
    later(run, ms) {
      const timer = setTimeout(run, ms)
      return () => clearTimeout(timer)
    },
    on: {
      message(type, data) {
        if (type === 'job') tellJob(queries, data as Job)
        else if (type === 'chat') tellChat(queries, data as ChatNews)
        else tellProgress(queries, data as JobProgress)
      },
      // A form keeps what it was filled from: with a newer version it would overwrite what others changed meanwhile.
      back: () => void queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'form' }),
      lost: () => void queries.invalidateQueries({ queryKey: ['session'] }),
    },
  })
