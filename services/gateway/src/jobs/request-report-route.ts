import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import {
  jobAccepted,
  type ReportRole,
  reportCatalogue,
  reportChoices,
  reportFor,
  reportRequest,
} from '@rounds/contracts'
import { idempotencyHeader, type Policy, type Principal, ProblemError } from '../http/index.ts'
import { type AcceptJobDeps, acceptJob } from './accept-job.ts'
import { decide, type Subjects } from './report-request.ts'

export interface RequestReportDeps extends AcceptJobDeps {
  readonly subjects: Subjects
}

const askers = ['admin', 'doctor', 'patient'] as const satisfies readonly ReportRole[]
const mayAsk: Policy = { roles: askers, scope: 'reports:write' }
const mayChoose: Policy = { roles: askers, scope: 'reports:read' }

/** A person asks for a report; the answer is a promise, not a file. */
export function requestReport(deps: RequestReportDeps): FastifyPluginAsyncTypebox {
  const accept = acceptJob(deps)
  return async (app) => {
    app.get(
      '/v1/reports/catalogue',
      {
        config: { policy: mayChoose },
        schema: {
          operationId: 'reportCatalogue',
          summary: 'Which reports you may ask for',
          tags: ['reports'],
          response: { 200: reportChoices },
        },
      },
      async ({ principal }) => ({ items: choicesFor(roleOf(principal)) }),
    )

    app.post(
      '/v1/reports',
      {
        config: { policy: mayAsk },
        schema: {
          operationId: 'requestReport',
          summary: 'Ask for a report',
          tags: ['reports'],
          headers: idempotencyHeader,
          body: reportRequest,
          response: { 202: jobAccepted },
        },
      },
      (request, reply) =>
        accept(request, reply, request.body, async () => {
          const { personId, name } = request.principal
          const role = roleOf(request.principal)
          const decision = await decide(request.body, { personId, role }, deps.subjects)
          if ('faults' in decision)
            throw new ProblemError(422, decision.code ?? 'REPORT_REFUSED', 'This report cannot be made', {
              errors: decision.faults,
            })
          const whose = { requestedBy: personId, requestedByName: name, role }
          return {
            wish: decision.wish,
            ...whose,
            // Whoever a report is shared with is told by mail when it is ready.
            ...(request.body.mailMe ? { sharedWith: [personId] } : {}),
          }
        }),
    )
  }
}

function choicesFor(role: ReportRole) {
  return reportCatalogue.flatMap(({ report }) => {
    const choice = reportFor(report, role)
    if (!choice) return []
    const { title, about, parameters, columns } = choice
    return [
      {
        report,
        title,
        about,
        parameters,
        columns: columns.map(({ id, header, type }) => ({ id, header, type })),
      },
    ]
  })
}

/** The policy lets nobody else in. */
const roleOf = ({ role }: Principal) => role as ReportRole
