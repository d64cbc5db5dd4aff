import {
  gatewayJobsConsumer,
  reportCompleted,
  reportExpired,
  reportFailed,
  reportStarted,
} from '@rounds/contracts'
import { done, hears, type Outcome, type Subscription, subscription } from '@rounds/messaging'
import type { JobEvent } from './job.ts'
import type { LiveHub } from './live-jobs.ts'

export interface FollowJobsDeps {
  readonly hear: LiveHub['hear']
  /** An event about a job that is not ours: it may be younger than the backup the database came from. */
  readonly onUnknown: (event: JobEvent) => void
}

/** Many, because those that are heard together share one question and one write. With two replicas all that may be out. */
const atOnce = 128

/** The durable way by which jobs keep in step with the workers; the live one is only faster. */
export function jobEventHandlers({ hear, onUnknown }: FollowJobsDeps): Subscription {
  const moveJob = async (event: JobEvent): Promise<Outcome> => {
    const job = await hear(event)
    if (!job) onUnknown(event)
    return done
  }
  return subscription(
    gatewayJobsConsumer,
    atOnce,
    hears(reportStarted, moveJob),
    hears(reportCompleted, moveJob),
    hears(reportFailed, moveJob),
    hears(reportExpired, moveJob),
  )
}
