import { Queue, Worker } from 'bullmq'
import IORedis from 'ioredis'

const { REDIS_URL } = process.env
const name = 'noop'
// As the documentation asks for: a worker's connection waits for Redis for ever.
const connection = () => new IORedis(REDIS_URL, { maxRetriesPerRequest: null })

export const queue = () => new Queue(name, { connection: connection() })
export const worker = (perform) => new Worker(name, perform, { connection: connection(), concurrency: 50 })

/** Milliseconds since the epoch, with fractions. */
export const nowMs = () => performance.timeOrigin + performance.now()
