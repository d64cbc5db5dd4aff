import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { identifier } from '@rounds/contracts'
import type { Log } from '@rounds/kernel'
import type { FastifyReply } from 'fastify'
import { Type } from 'typebox'
import type { ReadHistoryAccess } from '../appointments/index.ts'
import type { Audit } from '../audit/index.ts'
import {
  matchesStrongly,
  matchesWeakly,
  notFound,
  type Policy,
  type Principal,
  ProblemError,
} from '../http/index.ts'
import { type Artifacts, artifactName, errorsName, manifestName, type OpenArtifact } from './artifacts.ts'
import { dispositionOf } from './content-disposition.ts'
import { isFinished, type Job } from './job.ts'
import type { Jobs } from './job-store.ts'
import { historyIn, mayDownload } from './job-view.ts'
import { sliceOf } from './range.ts'

export interface DownloadReportDeps {
  readonly historyAccess: ReadHistoryAccess
  readonly jobs: Pick<Jobs, 'one'>
  readonly artifacts: Artifacts
  readonly audit: Audit
  readonly now: () => Date
  readonly log: Pick<Log, 'error'>
}

const mayFetch: Policy = { roles: ['admin', 'doctor', 'patient'], scope: 'reports:read' }
const params = Type.Object({ id: identifier('The report') })

const text = { schema: Type.Unsafe({ type: 'string' }) }
const bytes = { schema: Type.Unsafe({ type: 'string', format: 'binary' }) }
// Bytes first: a generator that knows one type only takes the first, and bytes are right for both.
const aFile = { description: 'The file', content: { 'application/gzip': bytes, 'text/csv': text } }
const unchanged = Type.Unsafe<undefined>(Type.Null({ description: 'You have it' }))
const notKept = 'private, no-store'

/** A job whose file should stand. */
type DoneJob = Job & { readonly result: NonNullable<Job['result']> }

/**
 * The finished file, whole or from where a download broke off. Ranges are our own business: @fastify/send compares
 * If-Range with a weak tag of its own making, and the tag of this file is its hash.
 */
export function downloadReport({
  historyAccess,
  jobs,
  artifacts,
  audit,
  now,
  log,
}: DownloadReportDeps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.route({
      method: ['GET', 'HEAD'],
      url: '/v1/reports/:id/file',
      config: { policy: mayFetch },
      schema: {
        operationId: 'downloadReport',
        summary: 'The file of a finished report',
        description:
          'Takes Range, If-Range, If-Match and If-None-Match; the ETag is the file’s SHA-256. Only for whoever asked for it.',
        tags: ['reports'],
        params,
        response: { 200: aFile, 206: aFile, 304: unchanged },
      },
      async handler(request, reply) {
        const job = await doneJob(request.params.id, request.principal)
        const etag = `"${job.result.sha256}"`
        const { 'if-match': wanted, 'if-none-match': held, 'if-range': begun } = request.headers
        if (wanted !== undefined && !matchesStrongly(wanted, etag)) throw anotherFile(etag)
        if (held !== undefined && matchesWeakly(held, etag)) {
          return reply.code(304).header('etag', etag).header('cache-control', notKept).send(undefined)
        }

        const { file, size } = await openFile(job)
        try {
          // A range is for GET alone (RFC 9110, 14.2).
          const range = request.method === 'GET' ? request.headers.range : undefined
          const slice = sliceOf({ range, ifRange: String(begun ?? '') }, { size, etag })
          if (slice === 'beyond the end') throw beyondTheEnd(size)
          // Before the first byte: what cannot be accounted for is not handed out.
          if (request.method === 'GET') await audit(request, 'report.downloaded', job._id)

          describe(reply, job, etag)
          const { start, end } = slice === 'whole' ? { start: 0, end: size - 1 } : slice
          reply.header('content-length', end - start + 1)
          if (slice === 'whole') reply.header('content-digest', digestOf(job))
          else reply.code(206).header('content-range', `bytes ${start}-${end}/${size}`)
          if (request.method === 'GET' && size > 0) return reply.send(file.createReadStream({ start, end }))
          await file.close()
          return reply.send('')
        } catch (error) {
          await file.close()
          throw error
        }
      },
    })

    app.get(
      '/v1/reports/:id/manifest',
      {
        config: { policy: mayFetch },
        schema: {
          operationId: 'readManifest',
          summary: 'What the file holds, and how it was made',
          tags: ['reports'],
          params,
          response: {
            200: { description: 'As JSON', content: { 'application/json': { schema: Type.Unknown() } } },
          },
        },
      },
      async (request, reply) => {
        const job = await doneJob(request.params.id, request.principal)
        const { file } = await openBeside(job, manifestName)
        reply.type('application/json; charset=utf-8').header('cache-control', notKept)
        return reply.send(file.createReadStream())
      },
    )

    app.get(
      '/v1/reports/:id/errors',
      {
        config: { policy: mayFetch },
        schema: {
          operationId: 'readReportErrors',
          summary: 'Rows that could not be written',
          description:
            'CSV: which appointment, which column, why; never the value. 404 when every row is in the file.',
          tags: ['reports'],
          params,
          response: { 200: { description: 'As CSV', content: { 'text/csv': text } } },
        },
      },
      async (request, reply) => {
        const job = await doneJob(request.params.id, request.principal)
        if (job.result.rowsSkipped === 0) throw notFound()
        const { file, size } = await openBeside(job, errorsName)
        reply.headers({
          'content-type': 'text/csv; charset=utf-8; header=present',
          'content-length': size,
          'content-disposition': dispositionOf(errorsName(job.fileName)),
          'cache-control': notKept,
          'x-content-type-options': 'nosniff',
        })
        return reply.send(file.createReadStream())
      },
    )
  }

  async function doneJob(reportId: string, principal: Principal): Promise<DoneJob> {
    const job = await jobs.one(reportId, principal)
    if (!job || !mayDownload(principal, job)) throw notFound()
    if (!(await stillTreats(principal, job))) throw notTreated()
    if (!isFinished(job))
      throw new ProblemError(409, 'NOT_READY', 'The report is still being made', {
        headers: { 'retry-after': '2' },
      })
    if (job.state === 'expired') throw expired()
    if (job.state !== 'done' || !job.result)
      throw new ProblemError(409, 'NO_FILE', 'This report has no file', { detail: `It is ${job.state}.` })
    return job as DoneJob
  }

  /** A doctor's way to a history ends with the treatment, also where the file was made before. */
  async function stillTreats({ personId }: Principal, job: Job): Promise<boolean> {
    const patientId = historyIn(job)
    if (patientId === undefined) return true
    const access = await historyAccess(personId, patientId)
    return access === 'whole' || (access === 'own visits' && job.result?.ownVisitsOnly === true)
  }

  async function openFile(job: DoneJob): Promise<OpenArtifact> {
    const opened = await openBeside(job, (name) => name)
    if (opened.size === job.result.bytes) return opened
    await opened.file.close()
    throw missing(job, 'the file has another size than was said')
  }

  async function openBeside(job: DoneJob, named: (artifact: string) => string): Promise<OpenArtifact> {
    const name = artifactName(job)
    const opened = name && (await artifacts.open(named(name)))
    if (opened) return opened
    if (new Date(job.result.expiresAt) <= now()) throw expired()
    throw missing(job, name ? 'the file is not in the artifact store' : 'the file has no name of ours')
  }

  function missing(job: Job, why: string) {
    log.error({ reportId: job._id }, `a finished report cannot be handed out: ${why}`)
    return new ProblemError(500, 'FILE_MISSING', 'The file of this report is not where it should be', {
      detail: 'This is our fault, and was noted. Ask for the report again.',
    })
  }
}

function describe(reply: FastifyReply, job: DoneJob, etag: string): void {
  reply.headers({
    'content-type': job.gzip ? 'application/gzip' : 'text/csv; charset=utf-8; header=present',
    'content-disposition': dispositionOf(job.fileName),
    'accept-ranges': 'bytes',
    etag,
    'repr-digest': digestOf(job),
    'cache-control': notKept,
    'x-content-type-options': 'nosniff',
  })
}

/** RFC 9530 wants the hash in base64. */
const digestOf = ({ result }: DoneJob) => `sha-256=:${Buffer.from(result.sha256, 'hex').toString('base64')}:`

const notTreated = () =>
  new ProblemError(403, 'NO_TREATMENT_RELATION', 'This is the history of a patient whom you do not treat')

const expired = () =>
  new ProblemError(410, 'EXPIRED', 'This file is no longer kept', { detail: 'Ask for the report again.' })

const anotherFile = (etag: string) =>
  new ProblemError(412, 'CHANGED_MEANWHILE', 'This is another file than the one you have', {
    headers: { etag },
  })

const beyondTheEnd = (size: number) =>
  new ProblemError(416, 'RANGE_BEYOND_END', 'The file is not that long', {
    headers: { 'content-range': `bytes */${size}` },
  })
