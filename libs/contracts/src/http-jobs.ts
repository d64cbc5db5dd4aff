import { type Static, Type } from 'typebox'
import { broken, nextPage, pageQuery } from './http-problem.ts'
import { identifier, instant } from './identifier.ts'

const closed = { additionalProperties: false }

/** POST /v1/reports. Parameters and columns are checked against the report's own declaration. */
export const reportRequest = Type.Object(
  {
    report: Type.String({
      minLength: 1,
      maxLength: 60,
      description: 'Such as `appointments`; see /v1/reports/catalogue',
    }),
    parameters: Type.Optional(Type.Record(Type.String({ maxLength: 60 }), Type.String({ maxLength: 200 }))),
    columns: Type.Optional(
      Type.Array(Type.String({ maxLength: 60 }), { minItems: 1, maxItems: 60, uniqueItems: true }),
    ),
    flavour: Type.Optional(
      Type.Union([Type.Literal('standard'), Type.Literal('excel')], {
        description: '`excel` adds a byte order mark and writes dates as people read them',
      }),
    ),
    gzip: Type.Optional(Type.Boolean()),
    mailMe: Type.Optional(Type.Boolean({ description: 'Mails you a link once it is finished' })),
    fileName: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 100,
        description: 'What the downloaded file is called, in any script',
      }),
    ),
  },
  closed,
)
export type ReportRequest = Static<typeof reportRequest>

export const jobState = Type.Union([
  Type.Literal('queued'),
  Type.Literal('running'),
  Type.Literal('retrying'),
  Type.Literal('done'),
  Type.Literal('failed'),
  Type.Literal('cancelled'),
  Type.Literal('expired'),
])
export type JobState = Static<typeof jobState>

const links = Type.Object({
  self: Type.String(),
  events: Type.String(),
  cancel: Type.Optional(Type.String()),
  retry: Type.Optional(Type.String()),
  download: Type.Optional(Type.String()),
})

export const jobAccepted = Type.Object({ jobId: identifier('The job'), state: jobState, links })

export const job = Type.Object({
  jobId: identifier('The job'),
  kind: Type.Literal('report'),
  state: jobState,
  version: Type.Integer({ description: 'Grows with each change; the event id on the stream' }),
  title: Type.String(),
  report: Type.String(),
  parameters: Type.Record(Type.String(), Type.String()),
  flavour: Type.String(),
  gzip: Type.Boolean(),
  requestedBy: Type.Object({ id: Type.String(), name: Type.String() }),
  createdAt: instant('When it was asked for'),
  startedAt: Type.Optional(instant('When a worker took it first')),
  finishedAt: Type.Optional(instant('When it ended')),
  attempt: Type.Integer({ description: '0 before the first' }),
  progress: Type.Optional(
    Type.Object({
      phase: Type.String(),
      rows: Type.Integer(),
      total: Type.Optional(Type.Integer()),
      etaMs: Type.Optional(Type.Integer()),
      reason: Type.Optional(Type.String({ description: 'Between two attempts: why' })),
    }),
  ),
  result: Type.Optional(
    Type.Object({
      fileName: Type.String(),
      rows: Type.Integer(),
      rowsSkipped: Type.Integer(),
      bytes: Type.Integer(),
      sha256: Type.String(),
      snapshotTime: instant('The moment of the database that the file shows'),
      expiresAt: instant('When the file is deleted'),
    }),
  ),
  failure: Type.Optional(Type.Object({ code: Type.String(), reason: Type.String() })),
  retryOf: Type.Optional(identifier('The job this one repeats')),
  links,
})
export type Job = Static<typeof job>

export const jobQuery = Type.Object(
  {
    ...pageQuery,
    q: Type.Optional(
      Type.String({ maxLength: 200, description: 'Such as `state:failed report:appointments since:2h`' }),
    ),
  },
  closed,
)
export const jobList = Type.Object({ items: Type.Array(job), next: nextPage, broken })

/** GET /v1/tasks/{id}: a job, a mail or a campaign as Celery's AsyncResult tells it. */
export const task = Type.Object({
  task_id: Type.String(),
  status: Type.Union([
    Type.Literal('PENDING'),
    Type.Literal('STARTED'),
    Type.Literal('PROGRESS'),
    Type.Literal('RETRY'),
    Type.Literal('SUCCESS'),
    Type.Literal('FAILURE'),
    Type.Literal('REVOKED'),
  ]),
  ready: Type.Boolean(),
  successful: Type.Boolean(),
  result: Type.Union([Type.Null(), Type.Record(Type.String(), Type.Unknown())], {
    description:
      'Of PROGRESS the meta: `current` and, where it is known, `total`; of FAILURE and REVOKED the exception',
  }),
  traceback: Type.Union([Type.Null(), Type.String()]),
  date_done: Type.Union([Type.Null(), Type.String()]),
})
export type Task = Static<typeof task>

/** GET /v1/reports/catalogue: what the one who asks may ask for. */
export const reportChoices = Type.Object({
  items: Type.Array(
    Type.Object({
      report: Type.String(),
      title: Type.String(),
      about: Type.String(),
      parameters: Type.Unknown({ description: 'JSON Schema' }),
      columns: Type.Array(Type.Object({ id: Type.String(), header: Type.String(), type: Type.String() })),
    }),
  ),
})
