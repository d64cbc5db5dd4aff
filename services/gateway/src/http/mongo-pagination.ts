import type { Document } from 'mongodb'
import type { Page } from './pagination.ts'

/** Where a page begins in a list that is sorted by this date and then by identifier, newest first. */
export function olderThan(field: string, { position }: Page): Document {
  if (!position) return {}
  const at = new Date(position.after)
  if (Number.isNaN(at.getTime())) return { _id: { $in: [] } }
  // The first line says nothing new, but it is what the index can begin at.
  return { [field]: { $lte: at }, $or: [{ [field]: { $lt: at } }, { _id: { $lt: position.id } }] }
}
