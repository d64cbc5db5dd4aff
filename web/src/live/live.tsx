import type { Job } from '@rounds/contracts/http'
import { type QueryClient, useQueryClient } from '@tanstack/react-query'
import { createContext, type ReactNode, use, useEffect, useState, useSyncExternalStore } from 'react'
import { type LiveHub, type LiveState, liveHub, type Source } from './hub.ts'
import { tellJob, tellProgress } from './job-cache.ts'
import type { JobProgress } from './newest-job.ts'
import { type ChatNews, tellChat } from './tell-chat.ts'

const LiveContext = createContext<LiveHub | undefined>(undefined)

/** Keeps one stream open while somebody is signed in, and what it says in the query client. */
export function Live({ children }: { readonly children: ReactNode }) {
  const queries = useQueryClient()
  const [hub] = useState(() => browserHub(queries))
  useEffect(() => {
    hub.start()
    window.addEventListener('online', hub.retryNow)
    window.addEventListener('offline', hub.wentOffline)
    return () => {
      window.removeEventListener('online', hub.retryNow)
      window.removeEventListener('offline', hub.wentOffline)
      hub.stop()
    }
  }, [hub])
  return <LiveContext value={hub}>{children}</LiveContext>
}

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
      back: () => void queries.invalidateQueries(),
      lost: () => void queries.invalidateQueries({ queryKey: ['session'] }),
    },
  })
