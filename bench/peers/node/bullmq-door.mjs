// A door that answers 202 once BullMQ has the job.
import Fastify from 'fastify'
import { answering } from './answering.mjs'
import { queue } from './bullmq-queue.mjs'

const jobs = queue()
await jobs.waitUntilReady()
const app = Fastify()
const text = { type: 'string' }
const schema = {
  headers: { type: 'object', required: ['idempotency-key'], properties: { 'idempotency-key': text } },
  body: {
    type: 'object',
    required: ['report'],
    properties: { report: text, parameters: { type: 'object', additionalProperties: text } },
  },
  response: { 202: { type: 'object', properties: { jobId: text, state: text } } },
}
app.post('/v1/reports', { schema }, async (request, reply) => {
  const jobId = request.headers['idempotency-key']
  await jobs.add('report', request.body, { jobId })
  reply.code(202)
  return { jobId, state: 'queued' }
})
await app.listen({ host: '127.0.0.1', port: Number(process.env.PORT) })
await answering(async () => ({}))
