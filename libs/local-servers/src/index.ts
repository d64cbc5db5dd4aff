export type { ChildServer } from './child-server.ts'
export { compiledBefore } from './compiled-before.ts'
export { endWithParent } from './end-with-parent.ts'
export { freePorts } from './free-ports.ts'
export { type LocalMongo, type MongoOptions, startMongo } from './mongo.ts'
export { type LocalMongoSet, startMongoSet } from './mongo-set.ts'
export {
  type Backup,
  type LocalNats,
  type NatsOptions,
  natsFilesIn,
  natsProcessIn,
  reloadNats,
  shippedNatsConf,
  startNats,
} from './nats.ts'
export { type LocalNatsCluster, startNatsCluster } from './nats-cluster.ts'
export { type SharedServers, testServers } from './test-servers.ts'
