export { type AuditMessage, auditStreamOf, putIntoAuditStream } from './audit-stream.ts'
export type { Bus, Checkpoint, CheckpointPlace, Flow, StoredEvent, StreamState } from './bus.ts'
export { BusAwayError } from './bus-away-error.ts'
export { type Connection, type ConnectionOptions, connectTo } from './connection.ts'
export { type Cause, childOf, eventMaker, type MakeEvent } from './event-maker.ts'
export type { BatchConsumer, Gathered } from './gathering.ts'
export { type ConsumerRow, consumerTable } from './hearing-table.ts'
export { type JetstreamBusOptions, jetstreamBus } from './jetstream-bus.ts'
export { type DeferredBus, deferredBus } from './late-bus.ts'
export { type MemoryBroker, type MemoryBus, memoryBroker, memoryBus } from './memory-bus.ts'
export { publisherFaults } from './open-event.ts'
export { done, type Outcome, reject, retry } from './outcome.ts'
export type { Parcel } from './parcel.ts'
export { newPartnerKey } from './partner-key.ts'
export { type Partner, partnersConfig } from './partners-config.ts'
export { type Change, provision, type Topology } from './provision.ts'
export { natsServerConfig, natsServerConfig as renderedNatsConf } from './server-config.ts'
export {
  type Delivery,
  type Handler,
  hears,
  type RawHandler,
  rawSubscription,
  type Subscription,
  subscription,
} from './subscription.ts'
export { refuseLateSync } from './sync-check.ts'
export { systemsAtBroker } from './systems-at-broker.ts'
