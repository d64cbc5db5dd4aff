import { setTimeout as sleep } from 'node:timers/promises'
import type { Job, JobState } from '@rounds/contracts/http'
import type { ApiClient } from './api-client.ts'

const finalStates: readonly JobState[] = ['done', 'failed', 'cancelled', 'expired']

export const isFinal = (job: Pick<Job, 'state'>) => finalStates.includes(job.state)

/**
 * Follows a job to its end over its event stream, and by asking wherever the stream breaks off: a gateway that restarts
 * must not look like a job that failed.
 */
export async function followJob(
  client: ApiClient,
  jobId: string,
  options: { readonly withinMs: number; readonly seen?: (job: Job) => void },
): Promise<Job> {
  const signal = AbortSignal.timeout(options.withinMs)
  while (!signal.aborted) {
    const job = await streamed(client, jobId, signal, options.seen).catch(() => undefined)
    if (job) return job
    const asked = await client.get<Job>(`/v1/jobs/${jobId}`).catch(() => undefined)
    if (asked && isFinal(asked)) return asked
    await sleep(200)
  }
  throw new Error(`the job did not end within ${options.withinMs} ms`)
}

async function streamed(
  client: ApiClient,
  jobId: string,
  signal: AbortSignal,
  seen: (job: Job) => void = () => {},
): Promise<Job | undefined> {
  const response = await client.raw(`/v1/jobs/${jobId}/events`, {
    headers: { accept: 'text/event-stream' },
    signal,
  })
  if (!response.ok || !response.body) return undefined
  for await (const data of eventData(response.body)) {
    const job = JSON.parse(data) as Job
    if (job.jobId !== jobId) continue
    seen(job)
    if (isFinal(job)) return job
  }
  return undefined
}

/** The `data` of each event of a stream (WHATWG HTML 9.2.6), comments and other fields left out. */
export async function* eventData(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true })
    const events = text.split(/\r?\n\r?\n/)
    text = events.pop() ?? ''
    for (const event of events) {
      const lines = event.split(/\r?\n/).filter((line) => line.startsWith('data:'))
      if (lines.length > 0) yield lines.map((line) => line.slice(5).replace(/^ /, '')).join('\n')
    }
  }
}
