import type { World } from './world.ts'

/** Where a service tells how it is. */
export const opsUrlOf = ({ stack }: World, service: 'gateway' | 'reports') =>
  `http://127.0.0.1:${stack.ports[service === 'gateway' ? 'GATEWAY_OPS_PORT' : 'REPORTS_OPS_PORT']}`
