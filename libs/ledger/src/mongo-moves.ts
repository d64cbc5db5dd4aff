import type { HospitalEvent } from '@rounds/contracts'
import type { Document, ObjectId } from 'mongodb'
import type { WorkState } from './ledger.ts'
import { held, type Move, settled, stepsOf } from './moves.ts'
import { alsoSaying } from './outbox.ts'

/** Keys outlive every replay: of the stream (30 days), of its backups, of the outbox. */
const keepMs = 400 * 24 * 3_600_000
const historyLength = 20

/**
 * An update pipeline for one move of the table, with what follows from the state it leads to. `by` marks the move in the
 * history, so that it can be told afterwards whether it was this write that made it.
 */
export function moving(
  move: Move,
  changes: Document,
  why: { reason?: string; by?: ObjectId } = {},
): Document[] {
  const branches = stepsOf(move).map(({ from, to, toIfCalledOff }) => ({
    case: { $eq: ['$state', from] },
    // biome-ignore lint/suspicious/noThenProperty: the name is MongoDB's.
    then: { $cond: ['$cancelAsked', toIfCalledOff, to] },
  }))
  const state = { $switch: { branches, default: '$state' } }
  const entry = historyEntry(move, changes.fence ?? '$fence', why)
  const history = { $slice: [{ $concatArrays: ['$history', [entry]] }, -historyLength] }
  return [{ $set: { state, history, ...changes } }, consequences]
}

const isSettled = { $in: ['$state', settled] }
const whileHeld = (field: string) => ({ $cond: [{ $in: ['$state', held] }, `$${field}`, '$$REMOVE'] })
const onceSettled = (field: string, value: unknown) => ({
  $cond: [isSettled, { $ifNull: [`$${field}`, value] }, '$$REMOVE'],
})

const consequences = {
  $set: {
    holder: whileHeld('holder'),
    claimedBy: whileHeld('claimedBy'),
    leaseUntil: whileHeld('leaseUntil'),
    settledAt: onceSettled('settledAt', '$$NOW'),
    keepUntil: onceSettled('keepUntil', { $add: ['$$NOW', keepMs] }),
  },
}

/** In a state from which this move may start. */
export const startsOf = (move: Move) => ({
  state: { $in: stepsOf(move).map(({ from }) => from as WorkState) },
})

/** What putting back changes beside the state. */
export const later = ({ afterMs, uncounted }: { afterMs: number; uncounted?: boolean }) => ({
  nextAttemptAt: { $add: ['$$NOW', afterMs] },
  ...(uncounted ? { attempts: { $subtract: ['$attempts', 1] } } : {}),
})

/** What abandoning changes beside the state: the next worker is told that this one may have got far. */
export const left = (afterMs: number) => ({
  nextAttemptAt: { $add: ['$$NOW', afterMs] },
  interrupted: { $or: ['$interrupted', { $eq: ['$state', 'sending'] }] },
})

const historyEntry = (
  move: Move,
  fence: unknown,
  { reason, by }: { reason?: string; by?: ObjectId } = {},
) => ({
  at: '$$NOW',
  move,
  fence,
  ...(by === undefined ? {} : { by }),
  ...(reason === undefined ? {} : { reason: { $literal: reason } }),
})

/** The outbox of a new document. */
export const saying = (events: readonly HospitalEvent[]) => ({ outbox: [], ...alsoSaying(events) })

/** A new document but for its state. Input is data: literal, or a text that begins with a dollar would be evaluated. */
export const firstOf = (key: string, input: unknown, move?: Move) => ({
  _id: { $literal: key },
  fence: 0,
  attempts: 0,
  cancelAsked: false,
  interrupted: false,
  nextAttemptAt: '$$NOW',
  acceptedAt: '$$NOW',
  input: { $literal: input },
  history: move ? [historyEntry(move, 0)] : [],
})

/** Leaves a document as it is, and writes this one where none is. */
export const unlessKnown = (first: Document) => ({
  $replaceWith: { $cond: [{ $eq: [{ $type: '$state' }, 'missing'] }, first, '$$ROOT'] },
})
