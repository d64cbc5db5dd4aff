import type { AppointmentDocument, DepartmentDocument, PersonDocument } from '@rounds/contracts'
import type { MongoStore } from '@rounds/ledger'
import type { Bus } from '@rounds/messaging'
import { silent } from '@rounds/service-kit'
import { directoryArtifacts } from '../src/download-report/artifacts.ts'
import { liveHub } from '../src/follow-jobs/live-hub.ts'
import type { Job } from '../src/job.ts'
import { type JobDocument, mongoJobs } from '../src/mongo-jobs.ts'
import { mongoSubjects } from '../src/request-report/mongo-subjects.ts'

interface Setting {
  readonly store: MongoStore
  readonly bus: Bus
  readonly now: () => Date
  readonly artifactsDir: string
  readonly ring?: () => void
  readonly rereadEveryMs?: number
}

/** What the job slices stand on, as in `main.ts`. */
export function jobDeps({ store, bus, now, artifactsDir, ring = () => {}, ...more }: Setting) {
  const jobs = mongoJobs(store.collection<JobDocument>('jobs'), now)
  const hub = liveHub({ jobs, bus, now, log: silent, ...more })
  return {
    jobs,
    hub,
    progressOf: hub.progressOf,
    retrying: hub.retrying,
    jobChanged: (job: Job) => {
      ring()
      hub.show(job)
    },
    subjects: mongoSubjects({
      people: store.collection<PersonDocument>('people'),
      departments: store.collection<DepartmentDocument>('departments'),
      appointments: store.collection<AppointmentDocument>('appointments'),
    }),
    artifacts: directoryArtifacts(artifactsDir),
    stillSignedIn: async () => true,
    consumersHealth: () => ({ items: [] }),
  }
}
