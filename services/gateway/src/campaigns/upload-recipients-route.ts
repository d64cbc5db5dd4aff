import { randomUUIDv7 } from 'node:crypto'
import type { Readable } from 'node:stream'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { identifier, uploadResult } from '@rounds/contracts'
import { Type } from 'typebox'
import type { Audit } from '../audit/index.ts'
import { notFound, type Policy, ProblemError } from '../http/index.ts'
import { missingFor } from '../mail/index.ts'
import { type Campaign, contributed } from './campaign.ts'
import type { Campaigns } from './campaign-store.ts'
import { type RecipientRow, type RowFault, recipientRows, UnreadableList } from './recipient-csv.ts'
import type { RecipientLists } from './recipient-lists.ts'

export interface UploadRecipientsDeps {
  readonly campaigns: Pick<Campaigns, 'one' | 'change'>
  readonly recipientLists: RecipientLists
  readonly uploadMaxBytes: number
  readonly uploadMaxRows: number
  readonly audit: Audit
  readonly now: () => Date
}

const policy: Policy = { roles: ['admin'], scope: 'mail:write' }
const toldAtMost = 1_000
/** Who is silent for longer has died on the way. */
const holdMs = 60_000

/** A list of recipients, read as it arrives and written in batches: neither end holds all of it. */
export function uploadRecipients(deps: UploadRecipientsDeps): FastifyPluginAsyncTypebox {
  const { campaigns, recipientLists, uploadMaxBytes, uploadMaxRows, audit, now } = deps
  return async (app) => {
    app.removeContentTypeParser('application/json')
    app.addContentTypeParser('text/csv', (_request, payload, done) => done(null, payload))

    app.post(
      '/v1/campaigns/:id/recipients',
      {
        config: { policy, bodyPatienceMs: 10 * 60_000 },
        schema: {
          tags: ['campaigns'],
          operationId: 'uploadRecipients',
          summary: 'Upload whom a campaign is for',
          description:
            'CSV in UTF-8 (RFC 4180), or Unicode Text of Excel; separated by commas, semicolons, tabs or what a line `sep=` says. The first record names the columns: `mail`, perhaps `name` and `language`, and variables. A quoted cell may hold line breaks; cells may be left out at the end of a row, and rows of nothing are ignored. It takes the place of an earlier list. Rows that cannot be taken are told one by one, by the line on which they begin; a file in another encoding, or with a quote that is not closed, is refused as a whole.',
          params: Type.Object({ id: identifier('The campaign') }),
          body: {
            content: { 'text/csv': { schema: Type.Unsafe<Readable>({ description: 'The list' }) } },
          },
          response: { 200: uploadResult },
        },
      },
      async (request) => {
        const seen = await campaigns.one(request.params.id, request.principal)
        if (!seen) throw notFound()
        mustBeOpen(seen)
        const body = request.body as Readable | undefined
        if (!body) throw noList()
        if (Number(request.headers['content-length'] ?? 0) > uploadMaxBytes) throw tooLarge(uploadMaxBytes)
        await audit(request, 'campaign.filled', seen._id)
        try {
          return await fill(seen, randomUUIDv7(), body, request.principal.personId)
        } catch (error) {
          // What is still on its way is let run out, or the answer would meet a closed line.
          body.resume()
          throw error
        }
      },
    )
  }

  async function fill(
    { _id: campaignId, texts }: Campaign,
    upload: string,
    body: Readable,
    uploadedBy: string,
  ) {
    await hold(campaignId, upload, (campaign) => {
      mustBeOpen(campaign)
      if (campaign.filling && now().getTime() - campaign.filling.at.getTime() < holdMs) throw beingFilled()
    })
    try {
      await recipientLists.clear(campaignId)
      const { columns, ...result } = await writeRows(campaignId, upload, body, texts)
      await campaigns.change(campaignId, (campaign) => {
        if (campaign.filling?.by !== upload) throw beingFilled()
        const { filling: _, ...rest } = campaign
        const { errors: _errors, incomplete: _incomplete, ...counts } = result
        const filled = { ...rest, upload: { ...counts, at: now() }, columns }
        return contributed(filled, { by: uploadedBy, did: 'uploaded' })
      })
      return result
    } catch (error) {
      await abandon(campaignId, upload)
      throw unreadable(error)
    }
  }

  async function writeRows(campaignId: string, upload: string, body: Readable, texts: Campaign['texts']) {
    const errors: RowFault[] = []
    let [rows, accepted, incomplete, heldAt] = [0, 0, 0, now().getTime()]
    let columns: readonly string[] = []
    // Not destroyed when we stop early: the answer goes out by the same line.
    const bytes = limited(body.iterator({ destroyOnReturn: false }), uploadMaxBytes)
    for await (const batch of recipientRows(bytes)) {
      rows += batch.count
      columns = batch.variables
      if (rows > uploadMaxRows) throw tooManyRows(uploadMaxRows)
      const twice = await recipientLists.add(campaignId, batch.rows)
      accepted += batch.rows.length - twice.size
      const holes = batch.rows.flatMap((row) => (twice.has(row.row) ? [] : holesOf(row, texts)))
      incomplete += holes.length
      const faults = [...batch.faults, ...[...twice].map(listedTwice), ...holes].toSorted(
        (a, b) => a.row - b.row,
      )
      errors.push(...faults.slice(0, toldAtMost - errors.length))
      if (now().getTime() - heldAt < holdMs / 4) continue
      heldAt = now().getTime()
      await hold(campaignId, upload, (campaign) => {
        if (campaign.filling?.by !== upload) throw beingFilled()
      })
    }
    return { rows, accepted, refused: rows - accepted, incomplete, errors, columns: [...columns] }
  }

  /** Keeps others from filling the same campaign; what stood in it is no list any more. */
  async function hold(campaignId: string, by: string, look: (campaign: Campaign) => void) {
    await campaigns.change(campaignId, (campaign) => {
      look(campaign)
      const { upload: _, columns: _columns, ...rest } = campaign
      return { ...rest, filling: { by, at: now() } }
    })
  }

  /** Leaves no half list, unless it is another's by now. */
  async function abandon(campaignId: string, upload: string) {
    const still = await campaigns.one(campaignId, 'the house')
    if (still?.filling?.by !== upload) return
    await recipientLists.clear(campaignId)
    await campaigns.change(campaignId, (campaign) => {
      if (campaign.filling?.by !== upload) return campaign
      const { filling: _, ...rest } = campaign
      return rest
    })
  }
}

async function* limited(bytes: AsyncIterable<Uint8Array>, limit: number): AsyncGenerator<Uint8Array> {
  let seen = 0
  for await (const chunk of bytes) {
    seen += chunk.length
    if (seen > limit) throw tooLarge(limit)
    yield chunk
  }
}

/** It stays in the list, since the text may still be changed; as the text is, this row gets no mail. */
function holesOf(row: RecipientRow, texts: Campaign['texts']): RowFault[] {
  const missing = texts && missingFor(texts, { ...row, columns: row.variables })
  return missing === undefined
    ? []
    : [{ row: row.row, column: missing, reason: 'Is empty, and the text names it' }]
}

const listedTwice = (row: number): RowFault => ({
  row,
  column: 'mail',
  reason: 'Stands in the list more than once',
})

function mustBeOpen({ state, audience }: Campaign): void {
  if (state !== 'draft')
    throw new ProblemError(409, 'NOT_A_DRAFT', 'Only a draft can be changed', { detail: `It is ${state}.` })
  if (audience.kind !== 'upload')
    throw new ProblemError(409, 'NOT_AN_UPLOAD_AUDIENCE', 'This campaign is not for an uploaded list', {
      detail: 'Set its audience to {"kind":"upload"} first.',
    })
}

function unreadable(error: unknown): unknown {
  if (!(error instanceof UnreadableList)) return error
  return new ProblemError(422, error.code, 'This list cannot be read', {
    detail: error.message,
    errors: [{ pointer: `/rows/${error.row}`, detail: error.message }],
  })
}

const beingFilled = () =>
  new ProblemError(409, 'UPLOAD_IN_PROGRESS', 'Somebody is uploading a list for this campaign', {
    headers: { 'retry-after': '60' },
  })

const tooLarge = (limit: number) =>
  new ProblemError(413, 'BODY_TOO_LARGE', 'The list is too large', {
    detail: `At most ${Math.floor(limit / 1_048_576)} MB are taken.`,
    headers: { connection: 'close' },
  })

const noList = () =>
  new ProblemError(400, 'INVALID_JSON', 'There is no list', { detail: 'Send it as text/csv.' })

const tooManyRows = (limit: number) =>
  new ProblemError(413, 'TOO_MANY_ROWS', 'The list is too long', {
    detail: `At most ${limit.toLocaleString('en')} rows are taken. Make several campaigns of it.`,
    headers: { connection: 'close' },
  })
