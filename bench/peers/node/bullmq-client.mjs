import { setTimeout as sleep } from 'node:timers/promises'
import { answering } from './answering.mjs'
import { nowMs, queue } from './bullmq-queue.mjs'

const jobs = queue()
await jobs.waitUntilReady()
const submit = () => jobs.add('noop', { at: nowMs() }, { removeOnComplete: true })

/** Submits so many, 256 at a time or at a steady rate; answers when the last one is stored. */
await answering(async ({ count, perSecond }) => {
  const startedAt = nowMs()
  const going = []
  for (let next = 0; next < count; next += 1) {
    if (perSecond) await sleep(startedAt + (next / perSecond) * 1_000 - nowMs())
    going.push(submit())
    if (!perSecond && going.length === 256) await Promise.all(going.splice(0))
  }
  await Promise.all(going)
  return { startedAt }
})
