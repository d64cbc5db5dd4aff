import { logger } from '../src/logger.ts'

// A process that says more than its reader takes, and ends when it is asked to. Whoever touches `process.stdout` makes
// the pipe one that does not wait.
process.stdout.on('error', () => {})
const log = logger('test')
process.on('message', () => {
  for (let n = 0; n < 2_000; n++) log.info({ count: n, reason: 'x'.repeat(400) }, 'still here')
  process.send?.('said')
})
process.on('SIGTERM', () => {
  log.info({}, 'stopped')
  process.exit(0)
})
process.send?.('ready')
