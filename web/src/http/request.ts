import type { Problem } from '@rounds/contracts/http'
import { RefusedError, UnreachableError } from './problem.ts'

interface Options {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly body?: unknown
  /** Sent as it stands, instead of a body. */
  readonly file?: { readonly content: Blob; readonly type: string }
  /** Refused when somebody changed it since this version. */
  readonly version?: number
  /** Same key, same effect: a click that is sent twice counts once. */
  readonly idempotencyKey?: string
  readonly signal?: AbortSignal
  /** Caused by a person, and therefore prolongs the session. */
  readonly isActivity?: boolean
}

/** Asks the gateway. Rejects with RefusedError or UnreachableError, never with anything else but an abort. */
export async function request<Answer>(path: string, options: Options = {}): Promise<Answer> {
  const response = await send(path, options)
  const body = await readJson(response)
  if (!response.ok) throw refusal(response, body)
  return body as Answer
}

async function send(
  path: string,
  { method = 'GET', body, file, version, idempotencyKey, signal, isActivity = false }: Options,
): Promise<Response> {
  const headers = new Headers({ accept: 'application/json' })
  if (!isActivity) headers.set('rounds-activity', 'background')
  if (body !== undefined) headers.set('content-type', 'application/json')
  if (file) headers.set('content-type', file.type)
  if (version !== undefined) headers.set('if-match', `"${version}"`)
  if (idempotencyKey) headers.set('idempotency-key', idempotencyKey)
  try {
    return await fetch(path, {
      method,
      headers,
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(file && { body: file.content }),
      ...(signal && { signal }),
    })
  } catch (error) {
    if (signal?.aborted) throw error
    throw new UnreachableError('No answer', { cause: error })
  }
}

async function readJson(response: Response): Promise<unknown> {
  const text = await response.text()
  if (!text) return undefined
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new UnreachableError('Not an answer of the gateway', { cause: error })
  }
}

function refusal(response: Response, body: unknown): Error {
  const after = Number(response.headers.get('retry-after'))
  // A proxy's own 502 has no problem in it.
  if (!isProblem(body)) return new UnreachableError(`HTTP ${response.status}`)
  return new RefusedError(body, after > 0 ? after : undefined)
}

const isProblem = (body: unknown): body is Problem =>
  typeof body === 'object' && body !== null && 'title' in body && 'status' in body

/** A path with those of the given values that are there. */
export function withQuery(path: string, values: Readonly<Record<string, string | undefined>>): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(values)) if (value !== undefined) query.set(name, value)
  return query.size > 0 ? `${path}?${query}` : path
}
