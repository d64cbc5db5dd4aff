import type { Job, ReportRequest, Session } from '@rounds/contracts/http'
import type { Accepted, ReportChoice } from './report-queries.ts'

/** The job as the one who just asked for it knows it. Version 0: whatever is heard of it is newer. */
export const justAskedFor = (
  { jobId, state, links }: Accepted,
  { title }: ReportChoice,
  { report, parameters = {}, flavour = 'standard', gzip = false }: ReportRequest,
  { personId, name }: Session,
  now: Date,
): Job => ({
  jobId,
  kind: 'report',
  state,
  version: 0,
  title,
  report,
  parameters,
  flavour,
  gzip,
  requestedBy: { id: personId, name },
  createdAt: now.toISOString(),
  attempt: 0,
  links,
})
