import { OperatorError } from '@rounds/kernel'

/**
 * Refuses servers that acknowledge before the disk has it: without `sync_interval: always` a power cut loses up to two
 * minutes of acknowledged events. Only the monitoring endpoint tells; several servers are separated by commas.
 */
export async function refuseLateSync(monitorUrl: string): Promise<void> {
  for (const url of monitorUrl.split(',')) {
    if (!(await syncsAlways(url.trim()))) {
      throw new OperatorError(
        'NATS does not sync always: set `jetstream { sync_interval: always }` in its configuration.',
      )
    }
  }
}

async function syncsAlways(monitorUrl: string): Promise<boolean> {
  try {
    const answer = await fetch(new URL('/jsz?config=1', monitorUrl), { signal: AbortSignal.timeout(5_000) })
    const { config } = (await answer.json()) as { config?: { sync_always?: boolean } }
    return config?.sync_always === true
  } catch (error) {
    throw new OperatorError('NATS_MONITOR_URL does not answer: it tells whether NATS syncs always.', {
      cause: error,
    })
  }
}
