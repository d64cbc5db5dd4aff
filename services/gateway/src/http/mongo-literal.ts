import type { Document } from 'mongodb'

/**
 * What a stage `$set` of an update makes so, word for word: in a pipeline a text that begins with a dollar would be an
 * expression, and what people write may begin with anything. `undefined` takes a field away.
 */
export const toLiteral = (set: object): Document =>
  Object.fromEntries(
    Object.entries(set).map(([field, value]) => [
      field,
      value === undefined ? '$$REMOVE' : { $literal: value },
    ]),
  )

/** The same for a whole document that is changed: what it no longer has is taken away. */
export const toLiteralReplacement = (before: object, after: object): Document =>
  toLiteral({ ...Object.fromEntries(Object.keys(before).map((field) => [field, undefined])), ...after })
