import { Type } from 'typebox'
import { defineEvent, type EventOf } from './event.ts'
import { identifier, instant } from './identifier.ts'

const reportId = identifier('The report, and the job that asked for it')
const attempt = Type.Integer({
  minimum: 1,
  description: '1 the first time; counts every time it is taken in hand',
})
const rows = Type.Integer({ minimum: 0, description: 'Rows written so far, or in all' })

export const reportRequested = defineEvent({
  type: 'report.requested',
  about: 'reportId',
  when: 'Somebody asked for a report. Carries filters by identifier and date; neither names nor the file name they chose.',
  data: {
    reportId,
    report: Type.String({
      minLength: 1,
      maxLength: 60,
      description: 'Which definition, such as `appointments`',
    }),
    parameters: Type.Record(Type.String(), Type.String({ maxLength: 200 }), {
      description: 'Filters by identifier and date, checked against the definition',
    }),
    columns: Type.Optional(
      Type.Array(Type.String({ maxLength: 60 }), { description: 'Absent: the usual ones of that role' }),
    ),
    flavour: Type.Union([Type.Literal('standard'), Type.Literal('excel')]),
    gzip: Type.Boolean(),
    requestedBy: identifier('Who asked'),
    role: Type.Union([Type.Literal('admin'), Type.Literal('doctor'), Type.Literal('patient')], {
      description: 'As what they asked; rows and columns follow from it',
    }),
  },
})

export const reportStarted = defineEvent({
  type: 'report.started',
  about: 'reportId',
  when: 'A worker took the report in hand; again after each interruption, with the next attempt.',
  data: { reportId, attempt },
})

export const reportProgressed = defineEvent({
  type: 'report.progressed',
  about: 'reportId',
  when: 'While it is written, at most four times a second. Not stored: who missed it reads the next one.',
  kept: false,
  data: {
    reportId,
    attempt,
    phase: Type.Union([
      Type.Literal('counting'),
      Type.Literal('writing'),
      Type.Literal('sealing'),
      Type.Literal('retrying'),
    ]),
    rows,
    total: Type.Optional(Type.Integer({ minimum: 0 })),
    etaMs: Type.Optional(
      Type.Integer({ minimum: 0, description: 'Milliseconds left, once that can be said' }),
    ),
    reason: Type.Optional(
      Type.String({ maxLength: 300, description: 'Of `retrying`: why, for the person who asked' }),
    ),
  },
})

export const reportCompleted = defineEvent({
  type: 'report.completed',
  about: 'reportId',
  when: 'The file stands, synced to disk, under its final name.',
  data: {
    reportId,
    file: Type.String({
      pattern: '^[A-Za-z0-9_.-]+$',
      maxLength: 120,
      description: 'Its name in the artifact store',
    }),
    rows,
    rowsSkipped: Type.Integer({
      minimum: 0,
      description: 'Rows that could not be written and were set aside',
    }),
    bytes: Type.Integer({ minimum: 0 }),
    sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
    snapshotTime: instant('The moment of the database that the file shows'),
    expiresAt: instant('When the file is deleted'),
    ownVisitsOnly: Type.Optional(
      Type.Boolean({
        description: 'The doctor who asked may read no more of the history than their own visits',
      }),
    ),
  },
})

export const reportFailed = defineEvent({
  type: 'report.failed',
  about: 'reportId',
  when: 'The report will not be made, however often it is tried. The reason names no person.',
  data: {
    reportId,
    code: Type.String({ pattern: '^[A-Z][A-Z_]*$', maxLength: 60, description: 'For machines' }),
    reason: Type.String({ maxLength: 300, description: 'For the person who asked' }),
  },
})

export const reportCancelled = defineEvent({
  type: 'report.cancelled',
  about: 'reportId',
  when: 'The person who asked, or an admin, called it off. Final at once; the worker stops within two seconds.',
  data: { reportId, cancelledBy: identifier('Who called it off') },
})

export const reportExpired = defineEvent({
  type: 'report.expired',
  about: 'reportId',
  when: 'Its time is over and the file was deleted. What is known about it stays.',
  data: { reportId },
})

export type ReportRequested = EventOf<typeof reportRequested>
export type ReportStarted = EventOf<typeof reportStarted>
export type ReportProgressed = EventOf<typeof reportProgressed>
export type ReportCompleted = EventOf<typeof reportCompleted>
export type ReportFailed = EventOf<typeof reportFailed>
export type ReportCancelled = EventOf<typeof reportCancelled>
export type ReportExpired = EventOf<typeof reportExpired>
