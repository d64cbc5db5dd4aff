export { bulk, duplicateKey, ended, groups, refusedFor, repeatedly } from './bulk-write.ts'
export { isDatabaseAway } from './database-away.ts'
export { groupCommit } from './group-commit.ts'
export { type Change, groupedChanges, type Versioned } from './grouped-changes.ts'
export { groupedInserts } from './grouped-inserts.ts'
export { type MongoStore, mongoStore } from './mongo-store.ts'
export {
  alsoSaying,
  alsoSayingWhat,
  type OutboxEntry,
  outboxKeepMs,
  outboxOf,
  type WithOutbox,
} from './outbox.ts'
export { outboxBacklog } from './outbox-backlog.ts'
export { type OutboxRelay, type OutboxRelayOptions, outboxRelay } from './outbox-relay.ts'
export { sharedReads } from './shared-reads.ts'
export { type CheckpointDocument, type Seen, StreamIncarnation } from './stream-incarnation.ts'
export { makeViews } from './views.ts'
