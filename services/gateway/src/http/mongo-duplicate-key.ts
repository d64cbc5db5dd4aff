import { duplicateKey } from '@rounds/mongo'
import { MongoBulkWriteError } from 'mongodb'

/** Whether a bulk insert failed for nothing but documents that stand there already. */
export function onlyDuplicateKeys(error: unknown): boolean {
  if (!(error instanceof MongoBulkWriteError) || error.code !== duplicateKey) return false
  const refused = Array.isArray(error.writeErrors) ? error.writeErrors : [error.writeErrors]
  return refused.every(({ code }) => code === duplicateKey)
}
