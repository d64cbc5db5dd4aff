import { logger } from '../src/logger.ts'

// A process whose reader goes away: it says something now and then, and ends when it is asked to.
const log = logger('test')
setInterval(() => log.info({ count: 1 }, 'still here'), 5)
process.on('SIGTERM', () => {
  log.info({}, 'stopped')
  process.exit(0)
})
