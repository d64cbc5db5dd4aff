import type { Role, Session } from '@rounds/contracts/http'

/** A person at the hospital's HTTP door, known by their session's cookie. */
export interface ApiClient {
  readonly session: Session
  get<Answer>(path: string): Promise<Answer>
  send<Answer>(
    method: 'POST' | 'PATCH' | 'PUT' | 'DELETE',
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer>
  /** The answer as it came, whatever its status. */
  raw(path: string, init?: RequestInit): Promise<Response>
}

/** An answer that is not the one hoped for; carries the problem+json's own words. */
export class UnexpectedAnswerError extends Error {
  override readonly name = 'UnexpectedAnswerError'
  readonly status: number
  readonly code: string

  constructor(
    what: string,
    status: number,
    problem: { code?: string; title?: string; detail?: string; errors?: unknown },
  ) {
    const { code = '', title = '', detail = '', errors } = problem
    super(
      [`${what} answered ${status}`, code, title, detail, errors && JSON.stringify(errors)]
        .filter(Boolean)
        .join(' · '),
    )
    this.status = status
    this.code = code
  }
}

/** Signs in by role alone, as the buttons of the demo's sign-in page do. */
export function demoClient(url: string, role: Role): Promise<ApiClient> {
  return clientOf(url, '/v1/session/demo', { role })
}

/** Signs in with a password. */
export function passwordClient(url: string, login: string, password: string): Promise<ApiClient> {
  return clientOf(url, '/v1/session', { login, password })
}

async function clientOf(url: string, path: string, credentials: object): Promise<ApiClient> {
  const answer = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(credentials),
  })
  if (!answer.ok) throw await unexpected(`POST ${path}`, answer)
  const cookie = answer.headers
    .getSetCookie()
    .map((header) => header.split(';', 1)[0])
    .join('; ')
  const session = (await answer.json()) as Session

  const raw: ApiClient['raw'] = (where, init = {}) => {
    const headers = new Headers(init.headers)
    headers.set('cookie', cookie)
    return fetch(new URL(where, url), { ...init, headers })
  }
  return {
    session,
    raw,
    get: async (where) => {
      const response = await raw(where)
      if (!response.ok) throw await unexpected(`GET ${where}`, response)
      return response.json() as never
    },
    send: async (method, where, body, headers = {}) => {
      const response = await raw(where, {
        method,
        headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      if (!response.ok) throw await unexpected(`${method} ${where}`, response)
      return (response.status === 204 ? undefined : await response.json()) as never
    },
  }
}

async function unexpected(what: string, response: Response): Promise<UnexpectedAnswerError> {
  const problem = await response.json().catch(() => ({}))
  return new UnexpectedAnswerError(what, response.status, problem as object)
}
