import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { ServiceModule } from '@rounds/service'
import type { Indexes } from './indexes.ts'

/** One domain of the gateway: what any service module has, its routes, and the indexes of the collections that it owns. */
export interface GatewayModule extends ServiceModule {
  /** Each route says in `config.policy` who may call it; without one the gateway does not start. */
  readonly routes?: readonly FastifyPluginAsyncTypebox[]
  /** By collection. Those of append-only collections are the provisioner's. */
  readonly indexes?: Indexes
  /** Brings older documents to what the indexes ask for. Runs after each look at the indexes. */
  readonly afterIndexes?: () => Promise<void>
}

/** A module, and what it offers to others. */
export type ModuleFace = GatewayModule & Readonly<Record<string, unknown>>
