import type { HospitalEvent } from '@rounds/contracts'
import { alsoSaying, alsoSayingWhat } from '@rounds/mongo'
import type { Document, ObjectId } from 'mongodb'
import type { WorkState } from './ledger.ts'
import { held, type Move, settled, stepsOf, suspiciousAttempts } from './moves.ts'

/** Keys outlive every replay: of the stream (30 days), of its backups, of the outbox. */
const keepMs = 400 * 24 * 3_600_000
const historyLength = 20

/** An update pipeline for one move of the table, with what follows from the state it leads to. */
export function moving(move: Move, changes: Document, why: Why = {}): Document[] {
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

/** What abandoning changes beside the state: the next worker is told that this one may have got far. */
export const left = {
  interrupted: { $or: ['$interrupted', { $eq: ['$state', 'sending'] }] },
  interruptions: {
    $add: [{ $ifNull: ['$interruptions', 0] }, { $cond: [{ $eq: ['$state', 'sending'] }, 1, 0] }],
  },
}

/** The same for work whose worker vanished: see `suspiciousAttempts`. */
const isInnocent = { $lt: ['$attempts', suspiciousAttempts] }
export const vanished = {
  ...left,
  nextAttemptAt: { $cond: [isInnocent, '$nextAttemptAt', '$$NOW'] },
  place: { $cond: [isInnocent, '$place', notBefore('$$NOW')] },
}

/** Behind those who stand in line by that moment; nothing where there is no line. */
function notBefore(moment: unknown): Document {
  return { $cond: [{ $eq: [{ $type: '$place' }, 'missing'] }, '$$REMOVE', { $max: ['$place', moment] }] }
}

/** What calling off changes beside the state, for work that may be in hand. */
export const calledOff = { cancelAsked: { $or: ['$cancelAsked', { $in: ['$state', held] }] } }

/** What a decision about doubt changes beside the state; `by` is remembered, so that it is made once. */
export const resolving = (outcome: unknown, by: string, says: readonly HospitalEvent[]) => ({
  outcome: { $literal: outcome },
  nextAttemptAt: '$$NOW',
  resolvedBy: { $concatArrays: [{ $ifNull: ['$resolvedBy', []] }, [{ $literal: by }]] },
  ...alsoSaying(says),
})

/** What whoever holds a piece of work does to it: a move, or only saying something. */
export type Deed = Move | 'say'

/** What is its own in a deed that many do at once. */
export interface Own {
  /** Marks the deed, so that it can be told afterwards whether it was done. */
  readonly by: ObjectId
  readonly says: readonly HospitalEvent[]
  readonly outcome?: unknown
  readonly reason?: string
  readonly afterMs?: number
  /** Attempts that do not count. */
  readonly uncounted?: number
}

/**
 * One update pipeline that does the same deed to many documents, and to each of them its own: it looks that up by the
 * document's holder. A write for each costs the database three times as much.
 */
export function eachItsOwn(deed: Deed, holders: readonly string[], owns: readonly Own[]): Document[] {
  const place = { $indexOfArray: [{ $literal: holders }, '$holder'] }
  return [{ $set: { own: { $arrayElemAt: [{ $literal: owns }, place] } } }, ...doing(deed), { $unset: 'own' }]
}

function doing(deed: Deed): Document[] {
  const says = alsoSayingWhat('$own.says')
  const why = { by: '$own.by', reason: '$own.reason' }
  switch (deed) {
    case 'say':
      return [{ $set: says }]
    case 'intend':
      return moving(deed, {}, why)
    case 'put back':
      return moving(deed, { ...later, interrupted: false, ...says }, why)
    case 'abandoned, safe':
    case 'abandoned, doubtful':
      return moving(deed, { ...later, ...left, ...says }, why)
    default:
      return moving(deed, { outcome: '$own.outcome', interrupted: false, ...says }, why)
  }
}

const laterOn = { $add: ['$$NOW', '$own.afterMs'] }
const later = {
  nextAttemptAt: laterOn,
  place: notBefore(laterOn),
  attempts: { $subtract: ['$attempts', { $ifNull: ['$own.uncounted', 0] }] },
}

/** Expressions; what gives nothing is left out of the history. */
interface Why {
  readonly reason?: unknown
  readonly by?: unknown
}

const historyEntry = (move: Move, fence: unknown, why: Why = {}) => ({ at: '$$NOW', move, fence, ...why })

/** A new document but for its state. Input is data: literal, or a text that begins with a dollar would be evaluated. */
export const firstOf = (key: string, input: unknown) => ({
  _id: { $literal: key },
  fence: 0,
  attempts: 0,
  cancelAsked: false,
  interrupted: false,
  nextAttemptAt: '$$NOW',
  acceptedAt: '$$NOW',
  input: { $literal: input },
  history: [],
})

/** Leaves a document as it is, and writes this one where none is. */
export const unlessKnown = (first: Document) => ({
  $replaceWith: { $cond: [{ $eq: [{ $type: '$state' }, 'missing'] }, first, '$$ROOT'] },
})
