import { createHash } from 'node:crypto'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import {
  type CampaignRecipientDocument,
  type PersonDocument,
  suppressionRequested,
  unsubscribeOffer,
  usualConsent,
} from '@rounds/contracts'
import { parseAddress, readUnsubscribeToken, type TokenKeys, type Unsubscription } from '@rounds/mail'
import type { MakeEvent } from '@rounds/messaging'
import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { Audit } from '../audit/index.ts'
import { notFound, ProblemError, type WebPages, wantsPage } from '../http/index.ts'
import type { Consents, Suppressions } from './suppressions.ts'

export interface UnsubscribeDeps {
  readonly unsubscribeKeys: TokenKeys
  readonly consents: Consents
  readonly suppressions: Pick<Suppressions, 'has' | 'ask'>
  readonly activePerson: (personId: string) => Promise<Pick<PersonDocument, '_id'> | undefined>
  readonly uploadedRecipient: (
    recipientId: string,
  ) => Promise<Pick<CampaignRecipientDocument, 'mail'> | undefined>
  readonly make: MakeEvent
  readonly audit: Audit
  readonly now: () => Date
  /** The web UI, which has a page for such links; without it there is the API alone. */
  readonly webPages?: WebPages | undefined
}

const url = '/v1/unsubscribe/:token'
const params = Type.Object({ token: Type.String({ minLength: 1, maxLength: 400 }) })
const tags = ['consents']

/**
 * The link of a mail (RFC 8058). Looking changes nothing, since scanners of mail look at every link. Whoever posts needs no
 * sign-in and comes from anywhere: the token is the proof.
 */
export function unsubscribe(deps: UnsubscribeDeps): FastifyPluginAsyncTypebox {
  const { consents, suppressions, make, audit, now } = deps
  return async (app) => {
    app.addContentTypeParser(formTypes, { parseAs: 'buffer', bodyLimit: 4_096 }, readForm)

    app.get(
      url,
      {
        config: { policy: 'public' },
        schema: {
          tags,
          operationId: 'previewUnsubscribe',
          summary: 'What the link of a mail would end',
          params,
          response: { 200: unsubscribeOffer },
        },
      },
      async (request, reply) => {
        const { token } = request.params
        reply.header('vary', 'accept')
        // Opened in a browser: a person wants a page with a button, and gets it also where the link is not ours.
        if (wantsPage(request.headers) && deps.webPages)
          return reply.redirect(`/unsubscribe/${encodeURIComponent(token)}`, 303)
        return offer(await meantBy(token))
      },
    )

    app.post(
      url,
      {
        config: { policy: 'public', fromAnywhere: true },
        schema: {
          tags,
          operationId: 'unsubscribe',
          summary: 'End the mails that a link belongs to',
          description:
            '`List-Unsubscribe=One-Click`, as multipart/form-data or form-encoded (RFC 8058, 3.2). Twice is the same as once.',
          params,
          body: {
            content: Object.fromEntries(
              formTypes.map((type) => [type, { schema: Type.Unsafe<FormData>({}) }]),
            ),
          },
          response: { 200: unsubscribeOffer },
        },
      },
      async (request) => {
        // Our own page posts nothing: what it has to prove stands in the address.
        const form = request.body as unknown
        const isOneClick = form instanceof FormData && form.get('List-Unsubscribe') === 'One-Click'
        if (form !== undefined && !isOneClick)
          throw new ProblemError(400, 'NOT_ONE_CLICK', 'This is not how one unsubscribes', {
            errors: [{ pointer: '/List-Unsubscribe', detail: 'must be One-Click' }],
          })
        const meant = await meantBy(request.params.token)
        const before = await offer(meant)
        if (before.done) return before
        await end(meant, request)
        return { ...before, done: true }
      },
    )
  }

  /** Whom a token means: somebody we know, or a row of an upload. */
  async function meantBy(token: string) {
    const told = readUnsubscribeToken(token, deps.unsubscribeKeys)
    if (!told) throw notFound()
    if (await deps.activePerson(told.recipient)) return { ...told, kind: 'person' as const }
    const row = await deps.uploadedRecipient(told.recipient)
    const address = parseAddress(row?.mail)
    if (address.kind === 'refused') throw notFound()
    return { ...told, kind: 'upload' as const, mail: address.suppressionKey }
  }

  async function offer(meant: Awaited<ReturnType<typeof meantBy>>) {
    const { purpose } = meant
    if (meant.kind === 'upload') return { purpose, done: await suppressions.has(meant.mail) }
    const said = (await consents.of(meant.recipient)) ?? usualConsent
    return { purpose, done: !said[purpose] }
  }

  async function end(meant: Awaited<ReturnType<typeof meantBy>>, request: FastifyRequest): Promise<void> {
    await audit(request, `consent.ended-for-${meant.purpose}`, meant.recipient)
    if (meant.kind === 'person') {
      await consents.set(meant.recipient, { [meant.purpose]: false }, 'unsubscribe')
      return
    }
    const requestId = wishOf(meant)
    await suppressions.ask(
      {
        _id: requestId,
        mail: meant.mail,
        action: 'add',
        reason: 'unsubscribed',
        requestedBy: 'unsubscribe',
        requestedAt: now(),
      },
      [make(suppressionRequested, { requestId }, request.trace)],
    )
  }
}

const formTypes = ['multipart/form-data', 'application/x-www-form-urlencoded']

async function readForm({ headers }: FastifyRequest, body: Buffer): Promise<FormData> {
  const type = String(headers['content-type'])
  const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } })
    .formData()
    .catch(() => undefined)
  if (!form) throw new ProblemError(400, 'INVALID_JSON', 'The body is not the form that its type says')
  return form
}

/** The same click twice is one wish. */
const wishOf = ({ recipient, purpose }: Unsubscription) =>
  `unsub-${createHash('sha256').update(`${recipient} ${purpose}`).digest('hex').slice(0, 32)}`
