import { setFlagsFromString } from 'node:v8'
import { runService } from '@rounds/service'
import { loadConfig } from './config.ts'
import { exportsModule } from './exports/index.ts'

// What the database sends counts as this process's own memory until it is collected. Left alone, V8 collects the whole
// heap forty times for a million rows, which is a third of all work (docs/decisions/0012).
setFlagsFromString('--heap-growing-percent=300')

await runService({ name: 'reports', loadConfig, environment: process.env }, (service) => [
  exportsModule(service),
])
