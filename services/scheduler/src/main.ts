import { runService } from '@rounds/service'
import { loadConfig } from './config.ts'
import { scheduleRunsModule } from './schedule-runs/index.ts'

await runService({ name: 'scheduler', loadConfig, environment: process.env, stream: 'TICKS' }, (service) => [
  scheduleRunsModule(service),
])
