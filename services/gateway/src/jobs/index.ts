export { promised } from './accept-job.ts'
export { finishedAt, isFinished, type Job, type JobEvent } from './job.ts'
export { type Jobs, ownerSeenBy } from './job-store.ts'
export { mayDownload, type Progress, shownState, titleOf, viewOf } from './job-view.ts'
export { maySeeJobs } from './list-routes.ts'
export type { LiveHub } from './live-jobs.ts'
export type { DecideReport, ReportAsker } from './report-decision.ts'
export type { ScheduledReport } from './scheduled-report.ts'

import type { DepartmentDocument, PersonDocument, ReportRequest } from '@rounds/contracts'
import type { Service } from '@rounds/service'
import type { AppointmentsModule } from '../appointments/index.ts'
import type { AuditModule } from '../audit/index.ts'
import type { AuthModule } from '../auth/index.ts'
import type { GatewayConfig } from '../config.ts'
import type { ModuleFace } from '../http/index.ts'
import { directoryArtifacts } from './artifacts.ts'
import { cancelJob } from './cancel-route.ts'
import { downloadReport } from './download-route.ts'
import { jobEventHandlers } from './event-handlers.ts'
import type { Job, JobEvent } from './job.ts'
import { jobListRoutes } from './list-routes.ts'
import { liveHub } from './live-jobs.ts'
import { type JobDocument, jobIndexes, mongoJobs } from './mongo-job-store.ts'
import { mongoSubjects } from './mongo-subjects.ts'
import type { ReportAsker } from './report-decision.ts'
import { decide } from './report-request.ts'
import { requestReport } from './request-report-route.ts'
import { retryJob } from './retry-route.ts'
import { scheduledReport } from './scheduled-report.ts'

export type JobsModule = ReturnType<typeof jobsModule>

/** Reports that people and schedules ask for, from the request to the download. */
export function jobsModule(
  { bus, config, log, make, metrics, now, outbox, store }: Service<GatewayConfig>,
  {
    audit: { audit, keys },
    auth: { personById },
    historyAccess,
    onFinished,
  }: {
    readonly audit: AuditModule
    readonly auth: Pick<AuthModule, 'personById'>
    readonly historyAccess: AppointmentsModule['historyAccess']
    /** Called with each event that moved a job. */
    readonly onFinished: (job: Job, event: JobEvent) => Promise<void>
  },
) {
  const documents = store.collection<JobDocument>('jobs')
  const jobs = mongoJobs(documents, now, keys, { inserted: (job) => outbox.hand(documents, job) })
  const hub = liveHub({ jobs, bus, now, log })
  const subjects = mongoSubjects({
    people: store.collection<PersonDocument>('people'),
    departments: store.collection<DepartmentDocument>('departments'),
    historyAccess,
  })
  const decideReport = (request: ReportRequest, asker: ReportAsker) => decide(request, asker, subjects)
  const unknown = metrics.counter('rounds_unknown_job_events_total', 'Events about jobs that are not here')
  const accepting = { jobs, mostOpenJobs: config.OPEN_JOBS_PER_PERSON, make, now, jobAdded: hub.show }

  return {
    name: 'jobs',
    jobs,
    hub,
    subjects,
    decideReport,
    scheduledReport: scheduledReport({ decide: decideReport, personById }),
    routes: [
      requestReport({ ...accepting, subjects }),
      jobListRoutes({ jobs, progressOf: hub.progressOf, retrying: hub.retrying, now }),
      cancelJob({
        jobs,
        make,
        audit,
        now,
        jobChanged(job) {
          outbox.ring()
          hub.show(job)
        },
      }),
      retryJob({ ...accepting, decideReport }),
      downloadReport({
        historyAccess,
        jobs,
        artifacts: directoryArtifacts(config.ARTIFACTS_DIR),
        audit,
        now,
        log,
      }),
    ],
    subscriptions: [
      jobEventHandlers({
        async hear(event) {
          const job = await hub.hear(event)
          if (job) await onFinished(job, event)
          return job
        },
        onUnknown: ({ type, subject }) => {
          log.warn({ type, subject }, 'an event about a job that is not here')
          unknown(1)
        },
      }),
    ],
    components: [hub],
    indexes: { jobs: jobIndexes },
    outboxes: ['jobs'],
  } satisfies ModuleFace
}
