// Asks for a report, follows it and downloads it, with openapi-fetch over the types that openapi-typescript makes of /openapi.json.
import { randomUUID } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import createClient from 'openapi-fetch'
import type { components, paths } from './rounds.ts'

type State = components['schemas']['JobState']

const { ROUNDS_URL: baseUrl = '', ROUNDS_TOKEN: token = '' } = process.env
const client = createClient<paths>({ baseUrl, headers: { authorization: `Bearer ${token}` } })
const unfinished: readonly State[] = ['queued', 'running', 'retrying']

const { error: refused } = await request('nothing')
if (!refused) throw new Error('a report that does not exist was accepted')

const { data: accepted } = await request('appointments')
if (!accepted) throw new Error('the report was not accepted')
const { data: list } = await client.GET('/v1/jobs', { params: { query: { limit: 1 } } })
const path = { id: accepted.jobId }
const deadline = Date.now() + 60_000
let job = await read()
while (unfinished.includes(job.state) && Date.now() < deadline) {
  await sleep(100)
  job = await read()
}
const { data: file } = await client.GET('/v1/reports/{id}/file', {
  params: { path },
  parseAs: 'arrayBuffer',
})
if (!file) throw new Error('the file could not be downloaded')
await writeFile(process.argv[2] ?? '', Buffer.from(file))
const { jobId, result } = job
console.log(
  JSON.stringify({ jobId, listed: list?.items[0]?.jobId, rows: result?.rows, refused: refused.code }),
)

function request(report: string) {
  return client.POST('/v1/reports', {
    params: { header: { 'idempotency-key': randomUUID() } },
    body: { report, parameters: {} },
  })
}

async function read() {
  const { data } = await client.GET('/v1/jobs/{id}', { params: { path } })
  if (!data) throw new Error('the job could not be read')
  return data
}
