import { createHash } from 'node:crypto'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { bounceResult, mailBounced } from '@rounds/contracts'
import { deliveryKeyOf, maxBounceBytes, parseBounce } from '@rounds/mail'
import type { MakeEvent } from '@rounds/messaging'
import { Type } from 'typebox'
import type { Audit } from '../audit/index.ts'
import { ProblemError } from '../http/index.ts'
import type { Bounces } from './suppressions.ts'

export interface BounceRouteDeps {
  readonly bounces: Bounces
  readonly make: MakeEvent
  readonly audit: Audit
  readonly now: () => Date
}

const types = ['message/rfc822', 'multipart/report']

/** What came back, handed in by whatever receives mail for the hospital. */
export function bounceRoute({ bounces, make, audit, now }: BounceRouteDeps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.removeContentTypeParser('application/json')
    for (const type of types) {
      app.addContentTypeParser(
        type,
        { parseAs: 'buffer', bodyLimit: maxBounceBytes },
        (request, body, done) => done(null, asMessage(request.headers['content-type'] ?? '', body as Buffer)),
      )
    }
    const schema = Type.Unsafe<Buffer>({ description: 'The message as it came' })
    app.post(
      '/v1/mail/bounces',
      {
        config: { policy: { roles: ['admin', 'integrator'], scope: 'mail:bounces' } },
        schema: {
          tags: ['suppressions'],
          operationId: 'reportBounce',
          summary: 'Hand in a bounce (RFC 3464, 6533) or a complaint (RFC 5965)',
          description:
            'The same message again is the same bounce. One entry for each recipient it names. Anybody can write one: it ends mail to an address only where its Message-ID is that of a mail we sent there.',
          body: { content: Object.fromEntries(types.map((type) => [type, { schema }])) },
          response: { 202: bounceResult },
        },
      },
      async (request, reply) => {
        const body = request.body as Buffer | undefined
        if (!body) throw noMessage()
        const bounce = await parseBounce(body)
        if (bounce.kind === 'refused')
          throw new ProblemError(422, bounce.code, 'This is no bounce', { detail: bounce.detail })
        const { originalMessageId: messageId, recipients } = bounce
        const deliveryId = messageId === undefined ? undefined : deliveryIn(messageId)
        const message = createHash('sha256').update(body).digest('hex').slice(0, 32)
        await audit(request, 'bounce.taken', message)
        const ids: string[] = []
        for (const [place, { diagnosticCode: _, ...recipient }] of recipients.entries()) {
          const _id = `${message}-${place}`
          await bounces.add(
            {
              _id,
              ...recipient,
              ...(messageId === undefined ? {} : { messageId }),
              ...(deliveryId === undefined ? {} : { deliveryId }),
              receivedAt: now(),
            },
            [make(mailBounced, { bounceId: _id }, request.trace)],
          )
          ids.push(_id)
        }
        reply.code(202)
        return { bounces: ids }
      },
    )
  }
}

const noMessage = () =>
  new ProblemError(400, 'INVALID_JSON', 'There is no message', {
    detail: `Send it as ${types.join(' or ')}.`,
  })

/** A `multipart/report` body without its header cannot be read: where its parts begin stands in the request's. */
function asMessage(contentType: string, body: Buffer): Buffer {
  if (!contentType.toLowerCase().startsWith('multipart/report')) return body
  return Buffer.concat([Buffer.from(`MIME-Version: 1.0\r\nContent-Type: ${contentType}\r\n\r\n`), body])
}

/** Which delivery it says it was; whether that went to this address is for the mailer to know. */
const deliveryIn = (messageId: string) =>
  deliveryKeyOf(messageId, /@([^@>]+)>?$/.exec(messageId)?.[1] ?? '')?.deliveryKey
