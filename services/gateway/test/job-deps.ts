import type { DepartmentDocument, PersonDocument } from '@rounds/contracts'
import { silent } from '@rounds/kernel'
import type { Bus } from '@rounds/messaging'
import type { MongoStore } from '@rounds/mongo'
import { mongoHistoryAccess } from '../src/appointments/mongo-history-access.ts'
import { AuditKeys } from '../src/audit/audit-chain.ts'
import { mongoAccounts } from '../src/auth/mongo-accounts.ts'
import { chatHub } from '../src/chat/live-chat.ts'
import { directoryArtifacts } from '../src/jobs/artifacts.ts'
import type { Job } from '../src/jobs/job.ts'
import { liveHub } from '../src/jobs/live-jobs.ts'
import { type JobDocument, mongoJobs } from '../src/jobs/mongo-job-store.ts'
import { mongoSubjects } from '../src/jobs/mongo-subjects.ts'
import type { DecideReport } from '../src/jobs/report-decision.ts'
import { decide } from '../src/jobs/report-request.ts'
import { scheduledReport } from '../src/jobs/scheduled-report.ts'
import { mongoSchedules } from '../src/schedules/mongo-schedule-store.ts'

export const auditSigningKey = 'a key of the tests, long enough to sign'

export const auditKeys = new AuditKeys(auditSigningKey)

interface Setting {
  readonly store: MongoStore
  readonly bus: Bus
  readonly now: () => Date
  readonly artifactsDir: string
  readonly ring?: () => void
  readonly mostOpenJobs?: number
  readonly rereadEveryMs?: number
}

/** What the job slices stand on, as in `main.ts`. */
export function jobDeps({
  store,
  bus,
  now,
  artifactsDir,
  ring = () => {},
  mostOpenJobs = 1_000,
  ...more
}: Setting) {
  const jobs = mongoJobs(store.collection<JobDocument>('jobs'), now, auditKeys)
  const hub = liveHub({ jobs, bus, now, log: silent, ...more })
  const access = mongoHistoryAccess(store, now, 'Asia/Kolkata')
  const subjects = mongoSubjects({
    people: store.collection<PersonDocument>('people'),
    departments: store.collection<DepartmentDocument>('departments'),
    historyAccess: access.historyAccess,
  })
  return {
    jobs,
    mostOpenJobs,
    hub,
    chatNews: chatHub({ bus, doctorsOf: async () => new Map(), chatOf: async () => new Map(), log: silent }),
    progressOf: hub.progressOf,
    retrying: hub.retrying,
    jobAdded: hub.show,
    jobChanged: (job: Job) => {
      ring()
      hub.show(job)
    },
    ...access,
    subjects,
    decideReport: ((request, asker) => decide(request, asker, subjects)) satisfies DecideReport,
    schedules: mongoSchedules(store, ring),
    scheduledReport: scheduledReport({
      decide: (request, asker) => decide(request, asker, subjects),
      personById: mongoAccounts(store).personById,
    }),
    artifacts: directoryArtifacts(artifactsDir),
    isSessionValid: async () => true,
    consumersHealth: () => ({ items: [] }),
  }
}
