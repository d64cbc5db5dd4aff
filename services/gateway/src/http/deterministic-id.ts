import { createHash, randomUUIDv7 } from 'node:crypto'
import { Type } from 'typebox'

export const idempotencyKeyField = {
  'idempotency-key': Type.Optional(
    Type.String({
      pattern: '^[\\x21-\\x7e]{1,200}$',
      description: 'The same key asks for the same thing, however often',
    }),
  ),
}

/**
 * The identifier of what somebody asks for: made from their key, so that asking again means the same one. Short enough
 * to leave room for an instant beside it in the key of a fire.
 */
export function idempotentId(key: string | undefined, ...about: readonly string[]): string {
  if (key === undefined) return randomUUIDv7()
  return `s-${createHash('sha256')
    .update(JSON.stringify([key, ...about]))
    .digest('base64url')}`
}
