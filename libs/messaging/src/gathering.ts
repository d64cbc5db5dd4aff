import type { GathererDeclaration } from '@rounds/contracts'
import type { Parcel } from './parcel.ts'

/** A message as it lies in its stream, and where. */
export interface Gathered {
  readonly parcel: Parcel
  readonly stream: string
  readonly sequence: number
  /** By the broker's clock. */
  readonly storedAt: Date
}

/** Collects what lies in a stream, whatever it is: nothing is opened, nothing is buried. */
export interface BatchConsumer {
  readonly gatherer: GathererDeclaration
  /** The most that is handed on at once. */
  readonly most: number
  /** The least time from one batch to the next, so that what can wait is not felt by what cannot. */
  readonly everyMs: number
  /** Resolves once the batch is stored. Gets it again when it throws, one by one, for ever: it must bear repeating. */
  readonly take: (batch: readonly Gathered[]) => Promise<void>
}
