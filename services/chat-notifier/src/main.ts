import { runService } from '@rounds/service'
import { loadConfig } from './config.ts'
import { deliverModule } from './deliver/index.ts'

await runService({ name: 'chat-notifier', loadConfig, environment: process.env }, (service) => [
  deliverModule(service),
])
