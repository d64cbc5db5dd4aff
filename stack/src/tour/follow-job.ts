import { setTimeout as sleep } from 'node:timers/promises'
import type { Job, JobState } from '@rounds/contracts/http'
import type { ApiClient } from './api-client.ts'

const finalStates: readonly JobState[] = ['done', 'failed', 'cancelled', 'expired']

export const isFinal = (job: Pick<Job, 'state'>) => finalStates.includes(job.state)

/** What a job's stream tells between two changes of the job. */
export interface JobProgress {
  readonly jobId: string
  readonly phase: string
  readonly rows: number
  readonly total?: number
}

export interface Follow {
  readonly withinMs: number
  readonly progress?: (progress: JobProgress) => void
}

/**
 * Follows a job to its end over its event stream, and by asking wherever the stream breaks off: a gateway that restarts
 * must not look like a job that failed.
 */
export async function followJob(client: ApiClient, jobId: string, follow: Follow): Promise<Job> {
  const signal = AbortSignal.timeout(follow.withinMs)
  let last = 'unknown'
  while (!signal.aborted) {
    const job = await streamed(client, jobId, signal, follow.progress).catch(() => undefined)
    if (job) return job
    const asked = await client.get<Job>(`/v1/jobs/${jobId}`).catch(() => undefined)
    if (asked && isFinal(asked)) return asked
    last = asked?.state ?? last
    await sleep(200)
  }
  throw new Error(`the job did not end within ${follow.withinMs} ms; it was ${last}`)
}

async function streamed(
  client: ApiClient,
  jobId: string,
  signal: AbortSignal,
  progress: Follow['progress'],
): Promise<Job | undefined> {
  const response = await client.raw(`/v1/jobs/${jobId}/events`, {
    headers: { accept: 'text/event-stream' },
    signal,
  })
  if (response.status !== 200 || !response.body) return undefined
  for await (const { event, data } of serverSentEvents(response.body)) {
    if (event === 'progress') progress?.(JSON.parse(data))
    if (event !== 'job') continue
    const job = JSON.parse(data) as Job
    if (isFinal(job)) return job
  }
  return undefined
}

/** The events of a stream (WHATWG HTML 9.2.6) as far as our gateway sends them: comments and other fields are left out. */
export async function* serverSentEvents(
  body: AsyncIterable<Uint8Array>,
): AsyncGenerator<{ event: string; data: string }> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true })
    const events = text.split(/\r?\n\r?\n/)
    text = events.pop() ?? ''
    for (const lines of events.map((event) => event.split(/\r?\n/))) {
      const data = valuesOf('data', lines)
      if (data.length > 0) yield { event: valuesOf('event', lines)[0] ?? 'message', data: data.join('\n') }
    }
  }
}

function valuesOf(field: string, lines: readonly string[]): string[] {
  return lines
    .filter((line) => line.startsWith(`${field}:`))
    .map((line) => line.slice(field.length + 1).replace(/^ /, ''))
}
