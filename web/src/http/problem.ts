import type { Problem } from '@rounds/contracts/http'

/** The gateway answered, and the answer is no. Carries its problem+json (RFC 9457). */
export class RefusedError extends Error {
  override readonly name = 'RefusedError'
  readonly problem: Problem
  /** From Retry-After, when it named one. */
  readonly retryAfterSeconds: number | undefined

  constructor(problem: Problem, retryAfterSeconds?: number) {
    super(problem.title)
    this.problem = problem
    this.retryAfterSeconds = retryAfterSeconds
  }
}

/** Nothing answered: no network, no gateway, or something between that does not speak our language. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError'
}

/** This page was replaced by a newer one while it stood open: parts that it has not loaded yet are gone. */
export class OutdatedError extends Error {
  override readonly name = 'OutdatedError'
}

export const isRefused = (error: unknown, status: number): error is RefusedError =>
  error instanceof RefusedError && error.problem.status === status

/** Worth asking again without a person: nobody answered, or the one who did said that it is for now. */
export const isPassing = (error: unknown): boolean =>
  error instanceof UnreachableError ||
  (error instanceof RefusedError && [429, 502, 503, 504].includes(error.problem.status))
