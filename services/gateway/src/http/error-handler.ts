import type { Problem } from '@rounds/contracts'
import type { Log } from '@rounds/kernel'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { notFound, ProblemError } from './problem-error.ts'
import { faultsOf } from './validation-errors.ts'

/** Makes every answer that is not the one asked for a problem (RFC 9457), whoever gave it. */
export function installErrorHandler(
  app: FastifyInstance,
  { isDatabaseAway, log }: { isDatabaseAway: (error: unknown) => boolean; log: Pick<Log, 'error'> },
): void {
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    const problem = isDatabaseAway(error) ? away : problemOf(error, request)
    // A stranger's message may quote the data it choked on: class and code only, and where it was thrown.
    if (problem.status === 500) {
      log.error(
        { traceId: request.trace.traceId, error: error.name, code: error.code, at: thrownAt(error) },
        'request failed',
      )
    }
    return sendProblem(request, reply, problem)
  })
}

/** Writes a problem as the answer. */
export function sendProblem(
  request: FastifyRequest,
  reply: FastifyReply,
  problem: ProblemError,
): FastifyReply {
  const body: Problem = {
    type: `urn:rounds:problem:${problem.code.toLowerCase().replaceAll('_', '-')}`,
    title: problem.message,
    status: problem.status,
    ...(problem.detail === undefined ? {} : { detail: problem.detail }),
    instance: request.url.split('?', 1)[0] ?? '/',
    code: problem.code,
    traceId: request.trace.traceId,
    ...(problem.errors.length === 0 ? {} : { errors: [...problem.errors] }),
    ...problem.fields,
  }
  // Serialised here: the route's own serialiser knows other bodies.
  return reply
    .code(problem.status)
    .headers(problem.headers)
    .header('cache-control', 'no-store')
    .type('application/problem+json')
    .serializer(JSON.stringify)
    .send(body)
}

const away = new ProblemError(
  503,
  'DATABASE_UNAVAILABLE',
  'The hospital’s records cannot be reached at the moment',
  {
    detail: 'Nothing was lost. Ask again shortly.',
    headers: { 'retry-after': '5' },
  },
)

function problemOf(error: FastifyError, request: FastifyRequest): ProblemError {
  if (error instanceof ProblemError) return error
  if (error.validation) {
    return new ProblemError(400, 'INVALID_REQUEST', 'The request is not as the contract says', {
      errors: faultsOf(error.validation, error.validationContext),
    })
  }
  switch (error.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new ProblemError(413, 'BODY_TOO_LARGE', 'The body is too large', {
        ...(takesOtherThanJson(request) ? {} : { detail: 'At most 256 KB are taken.' }),
      })
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return takesOtherThanJson(request)
        ? new ProblemError(415, 'OTHER_TYPE', 'This kind of body is not understood here', {
            detail: `What is: ${typesOf(request).join(', ')}.`,
          })
        : new ProblemError(415, 'NOT_JSON', 'Only application/json is understood here')
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
      return new ProblemError(400, 'INVALID_JSON', 'The body is not JSON')
    case 'FST_ERR_MAX_PARAM_LENGTH':
      return notFound()
  }
  // A poisoned body (`__proto__`, `constructor.prototype`) comes as a plain SyntaxError with status 400.
  const { statusCode = 500 } = error
  if (statusCode >= 400 && statusCode < 500) {
    return new ProblemError(statusCode, 'INVALID_REQUEST', 'The request cannot be understood')
  }
  return new ProblemError(500, 'INTERNAL', 'Something went wrong on our side', {
    detail: 'The trace id finds it in our logs.',
  })
}

const takesOtherThanJson = (request: FastifyRequest) => typesOf(request).length > 0

/** The media types of a route that takes no JSON. */
function typesOf({ routeOptions }: FastifyRequest): string[] {
  const body = routeOptions.schema?.body as { readonly content?: object } | undefined
  return Object.keys(body?.content ?? {})
}

function thrownAt({ stack = '' }: Error): string {
  return /\s+at .*?([\w-]+\.[cm]?[tj]s:\d+)/.exec(stack)?.[1] ?? 'unknown'
}
