import { createHash } from 'node:crypto'
import { strangerInWord } from '@rounds/contracts'
import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { ProblemError } from './problem-error.ts'

/** By what a request is known when it comes again. */
export interface Idempotency {
  readonly key: string
  readonly bodyHash: string
  readonly until: Date
}

const keptMs = 24 * 3_600_000

export const idempotencyKeyIs = 'The same key within 24 hours gets the same answer, however often'

/** For the OpenAPI page, which says that it is required; asked for by `idempotencyOf`, because without it the answer is 400 and says what to do. */
export const idempotencyHeader = Type.Object({
  'idempotency-key': Type.Optional(Type.String({ description: idempotencyKeyIs })),
})

/** What a request that makes a job is known by when it comes again. Keys are each person's own. */
export function idempotencyOf(
  request: FastifyRequest,
  personId: string,
  wish: unknown,
  now: Date,
): Idempotency {
  const key = request.headers['idempotency-key']
  if (key !== undefined && key !== '' && !isKey(key))
    throw new ProblemError(400, 'IDEMPOTENCY_KEY_INVALID', 'This Idempotency-Key cannot be used', {
      errors: [{ pointer: '/headers/idempotency-key', detail: oddityOf(String(key)) }],
    })
  if (!isKey(key))
    throw new ProblemError(400, 'IDEMPOTENCY_KEY_MISSING', 'An Idempotency-Key header is needed', {
      detail:
        'Send a new random value, such as a UUID, with each new wish, and the same one when you repeat it.',
      errors: [{ pointer: '/headers/idempotency-key', detail: 'must be 1 to 200 visible ASCII characters' }],
    })
  const bodyHash = createHash('sha256').update(canonical(wish)).digest('hex')
  return { key: `${personId}:${key}`, bodyHash, until: new Date(now.getTime() + keptMs) }
}

const isKey = (key: unknown): key is string => typeof key === 'string' && /^[\x21-\x7e]{1,200}$/.test(key)

function oddityOf(key: string): string {
  if (key.length > 200) return 'has more than 200 characters'
  const stranger = strangerInWord(key)
  return `must be visible ASCII characters${stranger ? `, and has ${stranger}` : ''}`
}

/** Throws unless the job was made by the same wish that now carries its key. */
export function expectSameWish(
  job: { readonly idempotency?: Pick<Idempotency, 'bodyHash'> },
  { bodyHash }: { readonly bodyHash: string },
): void {
  if (job.idempotency?.bodyHash === bodyHash) return
  throw new ProblemError(422, 'IDEMPOTENCY_KEY_REUSED', 'This Idempotency-Key was used for another wish', {
    errors: [
      { pointer: '/headers/idempotency-key', detail: 'belongs to another request of the last 24 hours' },
    ],
  })
}

/** JSON with its keys in order: the same wish in another order of fields is the same wish. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const fields = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return `{${fields.map(([name, field]) => `${JSON.stringify(name)}:${canonical(field)}`).join(',')}}`
}
