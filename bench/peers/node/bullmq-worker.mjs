import { answering } from './answering.mjs'
import { nowMs, worker } from './bullmq-queue.mjs'

let waitsMs = []
let done = 0
let reached = () => {}

const hands = worker(async ({ data }) => {
  waitsMs.push(nowMs() - data.at)
  return null
})
hands.on('completed', () => {
  done += 1
  reached()
})
await hands.waitUntilReady()

/** Answers once that many more jobs are completed. */
await answering(async ({ count }) => {
  await new Promise((resolve) => {
    reached = () => done >= count && resolve()
    reached()
  })
  const answer = { finishedAt: nowMs(), waitsMs }
  waitsMs = []
  done -= count
  return answer
})
