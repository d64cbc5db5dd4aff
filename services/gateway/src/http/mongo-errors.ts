import { isDatabaseAway } from '@rounds/mongo'
import { MongoError, MongoServerError } from 'mongodb'

/**
 * Whether the database refused or was away, and not for what it was given: what fails so for an hour, on a disk that is full, is
 * as good as it was. Only a document that the database can never take is its own fault.
 */
export function isDatabaseError(error: unknown): boolean {
  if (isDatabaseAway(error)) return true
  if (!(error instanceof MongoError)) return false
  return !(error instanceof MongoServerError && unstorable.has(Number(error.code)))
}

/** BadValue, TypeMismatch, DocumentValidationFailure, BSONObjectTooLarge. */
const unstorable: ReadonlySet<number> = new Set([2, 14, 121, 10_334])
