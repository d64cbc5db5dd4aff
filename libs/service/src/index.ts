export { ConfigError, configTable, type Environment, envExample, readConfig } from './config.ts'
export { type Flow, flowLiveness } from './flow-liveness.ts'
export { guarded, quoted } from './formula-guard.ts'
export { type Check, NotReadyError, type OpsServer, opsServer } from './health.ts'
export { program, runUntilStopped } from './lifecycle.ts'
export { type LogLevel, logger } from './logger.ts'
export { type Metrics, metrics } from './metrics.ts'
export {
  type RunServiceOptions,
  runService,
  type Service,
  type ServiceConfig,
  type ServiceModule,
} from './run-service.ts'
export { mongoUrl, natsUrl, opsVariables, port, secret, zone } from './variables.ts'
