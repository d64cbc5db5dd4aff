import type { Service } from '@rounds/service'
import type { GatewayConfig } from '../config.ts'
import type { ModuleFace } from '../http/index.ts'
import { eventLogCollectors } from './collectors.ts'
import { mongoHistory } from './mongo-event-log.ts'
import { traceRoutes } from './trace-routes.ts'

/** The event log, and the chains of causes in it. */
export function tracesModule({ store }: Pick<Service<GatewayConfig>, 'store'>) {
  const history = mongoHistory(store)
  return {
    name: 'traces',
    history,
    routes: [traceRoutes({ history })],
    collectors: eventLogCollectors(history),
  } satisfies ModuleFace
}
