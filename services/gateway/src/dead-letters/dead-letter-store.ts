import type {
  DeadLetterCounts,
  DeadLetterFilter,
  DeadLetterKind,
  DeadLetterState,
  PublishedStream,
} from '@rounds/contracts'
import type { Seen } from '@rounds/mongo'
import type { Page } from '../http/index.ts'
import type { DeadLetter, Replay } from './dead-letter.ts'

export interface DeadLetterSearch {
  readonly state?: DeadLetterState
  readonly kind?: DeadLetterKind
  readonly consumer?: string
  readonly type?: string
  readonly reason?: string
  readonly since?: Date
  readonly until?: Date
}

/** Many letters on their way back, so many a second. */
export interface ReplayRunDocument {
  readonly _id: string
  readonly state: 'running' | 'done'
  readonly filter: DeadLetterFilter
  readonly search: DeadLetterSearch
  readonly perSecond: number
  readonly total: number
  readonly by: string
  readonly at: Date
  readonly nextAt: Date
  readonly endedAt?: Date
}

/** What no consumer could take, and what people decided about it. */
export interface DeadLetters {
  one(id: string): Promise<DeadLetter | undefined>
  /** The last to die first; one more than the page asks for. */
  list(search: DeadLetterSearch, page: Page): Promise<DeadLetter[]>
  /** All of them, the first to die first. */
  all(search: DeadLetterSearch): AsyncIterable<DeadLetter>
  counts(): Promise<DeadLetterCounts>
  /** Open letters that a bulk replay would take, or open ones of any kind that a bulk discard would. */
  count(search: DeadLetterSearch, toReplay: boolean): Promise<number>
  /** False when it is not open any more: somebody else was faster. */
  sendBack(id: string, replay: Replay): Promise<boolean>
  discard(id: string, discard: NonNullable<DeadLetter['discard']>): Promise<boolean>
  /** Answers how many. */
  discardAll(search: DeadLetterSearch, discard: NonNullable<DeadLetter['discard']>): Promise<number>
  /** The run that stands under this id: a wish that is repeated begins nothing new. */
  begin(run: ReplayRunDocument): Promise<ReplayRunDocument>
  run(id: string): Promise<(ReplayRunDocument & RunProgress) | undefined>
  /** The last twenty. */
  runs(): Promise<Array<ReplayRunDocument & RunProgress>>
}

export interface RunProgress {
  readonly taken: number
  readonly sent: number
}

/** Letters as they come from the bus. */
export interface DeadLetterShelf {
  /** Known ones change nothing. An advisory whose message lies among the letters is explained. */
  keep(letters: readonly DeadLetter[]): Promise<void>
}

/** The incarnation of a stream that has a replay, and where. */
export type ReplayPlace = Required<Pick<Replay, 'sentTo' | 'sequence'>>

/** Letters on their way out. */
export interface ReplayDesk {
  /** Takes the next second of a run, for this process alone; nothing when no run is due. */
  nextTurn(): Promise<ReplayRunDocument | undefined>
  /** So many that the run may take in this second, the first to die first. */
  lettersFor(run: ReplayRunDocument): Promise<DeadLetter[]>
  sendBack(id: string, replay: Replay): Promise<boolean>
  end(runId: string): Promise<void>
  /** Decided and not with the broker yet, the first decided first. */
  unsent(most: number): Promise<DeadLetter[]>
  sent(id: string, place: ReplayPlace): Promise<void>
  /** What went into the stream within a day and is lost there, or may be, goes out again. Answers how many. */
  sendAgain(stream: PublishedStream, seen: Seen): Promise<number>
}
