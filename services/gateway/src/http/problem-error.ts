import type { Problem } from '@rounds/contracts'

/** One fault of a request: where, and what is wrong there. */
export interface Fault {
  readonly pointer: string
  readonly detail: string
}

/** What a problem says besides, in fields of its own. */
export type ProblemFields = Partial<Pick<Problem, 'openJobs' | 'openAppointments'>>

/** An answer that is not the one asked for; the error handler writes it as problem+json (RFC 9457). */
export class ProblemError extends Error {
  override readonly name = 'ProblemError'
  readonly status: number
  readonly code: string
  readonly detail: string | undefined
  readonly errors: readonly Fault[]
  readonly headers: Readonly<Record<string, string>>
  readonly fields: ProblemFields

  constructor(
    status: number,
    code: string,
    title: string,
    {
      detail,
      errors = [],
      headers = {},
      ...fields
    }: { detail?: string; errors?: readonly Fault[]; headers?: Record<string, string> } & ProblemFields = {},
  ) {
    super(title)
    this.status = status
    this.code = code
    this.detail = detail
    this.errors = errors
    this.headers = headers
    this.fields = fields
  }
}

/** The one answer to what is missing, somebody else's, or not allowed: nobody learns which of the three it was. */
export const notFound = () => new ProblemError(404, 'NOT_FOUND', 'There is nothing here')

/** Two of one name cannot be told apart in a list. */
export const nameTaken = (what: 'schedule' | 'space') =>
  new ProblemError(409, 'NAME_TAKEN', `There is a ${what} of this name already`, {
    errors: [{ pointer: '/name', detail: `is the name of another ${what}` }],
  })
