export { groupCommit } from './group-commit.ts'
export { type Change, groupedChanges, type Versioned } from './grouped-changes.ts'
export { groupedInserts } from './grouped-inserts.ts'
export {
  type Claim,
  type Ending,
  type Ledger,
  LostClaimError,
  type Renewal,
  type Resolution,
  type Work,
  type WorkState,
} from './ledger.ts'
export { type MemoryLedger, memoryLedger } from './memory-ledger.ts'
export { isDatabaseAway } from './mongo-away.ts'
export { type LedgerOptions, type WorkDocument, workOf } from './mongo-ledger.ts'
export { settleRestored } from './mongo-restored.ts'
export { type MongoStore, mongoStore } from './mongo-store.ts'
export { makeViews } from './mongo-views.ts'
export { alsoSaying, type OutboxEntry, outboxKeepMs, outboxOf, type WithOutbox } from './outbox.ts'
export { outboxBacklog } from './outbox-backlog.ts'
export { type OutboxRelay, type OutboxRelayOptions, outboxRelay } from './outbox-relay.ts'
export type { Permits } from './room.ts'
export { type Loop, rounds } from './rounds.ts'
export { sharedReads } from './shared-reads.ts'
export { type CheckpointDocument, type Seen, StreamIncarnation } from './stream-incarnation.ts'
export { sweeper } from './sweeper.ts'
export {
  CallOff,
  DeadlineError,
  Stopping,
  type Workers,
  type WorkersOptions,
  workers,
} from './workers.ts'
