import type { Service } from '@rounds/service'
import type { GatewayConfig } from '../config.ts'
import type { GatewayModule } from '../http/index.ts'
import { canaryGauges } from './canary-metrics.ts'
import { canarySender } from './canary-sender.ts'
import { getConsumerHealth } from './health-route.ts'

/** Canaries: events that every consumer answers, so that one which is silent shows. */
export function healthModule({
  bus,
  config,
  log,
  make,
  metrics,
  now,
}: Service<GatewayConfig>): GatewayModule {
  const canaries = canarySender({ bus, make, now, everyMs: config.CANARY_INTERVAL_SECONDS * 1_000, log })
  canaryGauges(metrics, canaries.answers, now)
  return {
    name: 'health',
    routes: [getConsumerHealth({ consumersHealth: canaries.health })],
    components: [canaries],
  }
}
