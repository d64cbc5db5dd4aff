/** Google's word for a status. */
const words: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  405: 'UNIMPLEMENTED',
  409: 'ALREADY_EXISTS',
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
}

/** An answer of the endpoint. */
export interface Answer {
  readonly status: number
  readonly body: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** A refusal in the shape that every Google API uses. */
export const refusal = (status: number, message: string, headers: Record<string, string> = {}): Answer => ({
  status,
  body: { error: { code: status, message, status: words[status] ?? 'UNKNOWN' } },
  headers,
})
