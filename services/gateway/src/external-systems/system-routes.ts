import { randomBytes } from 'node:crypto'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import {
  newSystem,
  openedRejection,
  type Rejection,
  type RejectionDocument,
  rejectionList,
  rejectionQuery,
  type System,
  type SystemDocument,
  system,
  systemId,
  systemList,
  systemMade,
} from '@rounds/contracts'
import { Type } from 'typebox'
import type { Audit } from '../audit/index.ts'
import { hashOf } from '../auth/index.ts'
import { notFound, ProblemError, pageFrom, pageOf, shownEach } from '../http/index.ts'
import type { Systems } from './intake.ts'

export interface KeepSystemsDeps {
  readonly systems: Systems
  readonly audit: Audit
  readonly now: () => Date
}

const tags = ['systems']
// No token lets anybody in.
const config = { policy: { roles: ['admin'], scope: 'session' } } as const

/** Which other systems may say something, and what was not taken of them. */
export function systemRoutes({ systems, audit, now }: KeepSystemsDeps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.post(
      '/v1/systems',
      {
        config: { ...config, holdsSecret: true },
        schema: {
          tags,
          operationId: 'registerSystem',
          summary: 'Let another system in; its token is shown this once',
          description:
            'One that was shut out is let in again, with a new token. `npm run partner` does this and also tells the broker.',
          body: newSystem,
          response: { 201: systemMade },
        },
      },
      async (request, reply) => {
        const { systemId, name, types, sources, natsKey } = request.body
        const secret = `rounds_system_${randomBytes(32).toString('base64url')}`
        const one: SystemDocument = {
          _id: systemId,
          name,
          types,
          sources,
          tokenHash: hashOf(secret),
          ...(natsKey === undefined ? {} : { natsKey }),
          createdAt: now(),
          createdBy: request.principal.personId,
        }
        const standing = await systems.by(systemId)
        if (standing && !standing.revokedAt) throw taken()
        await audit(request, 'system.let-in', systemId)
        if (!(await systems.letIn(one))) throw taken()
        reply.code(201)
        return { ...shown(one), secret }
      },
    )

    app.get(
      '/v1/systems',
      {
        config,
        schema: {
          tags,
          operationId: 'listSystems',
          summary: 'Other systems, those that were shut out included',
          response: { 200: systemList },
        },
      },
      async () => shownEach(await systems.all(), shown),
    )

    app.post(
      '/v1/systems/:systemId/revoke',
      {
        config,
        schema: {
          tags,
          operationId: 'revokeSystem',
          summary: 'Shut a system out at once',
          description:
            'Its token no longer opens anything, and what it says to the broker from now on is not taken. `npm run partner -- revoke` also has the broker cut it off.',
          params: Type.Object({ systemId }),
          response: { 200: system },
        },
      },
      async (request) => {
        const id = request.params.systemId
        const standing = await systems.by(id)
        if (!standing) throw notFound()
        if (standing.revokedAt) return shown(standing)
        await audit(request, 'system.shut-out', id)
        await systems.shutOut(id, now())
        const one = await systems.by(id)
        if (!one) throw notFound()
        return shown(one)
      },
    )

    app.get(
      '/v1/rejections',
      {
        config,
        schema: {
          tags,
          operationId: 'listRejections',
          summary: 'What other systems sent and was not taken, for 30 days, newest first',
          querystring: rejectionQuery,
          response: { 200: rejectionList },
        },
      },
      async ({ query }) => {
        const page = pageOf(query)
        const found = await systems.rejections(page, query.system)
        return pageFrom(
          found,
          page.limit,
          ({ _id, lastAt }) => ({ after: lastAt.toISOString(), id: _id }),
          listed,
        )
      },
    )

    app.get(
      '/v1/rejections/:rejectionId',
      {
        config,
        schema: {
          tags,
          operationId: 'getRejection',
          summary: 'One of them as it came; that it was looked at is written down',
          params: Type.Object({ rejectionId: Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$' }) }),
          response: { 200: openedRejection },
        },
      },
      async (request) => {
        const found = await systems.rejection(request.params.rejectionId)
        if (!found) throw notFound()
        await audit(request, 'rejection.opened', found._id)
        return { ...listed(found), raw: Buffer.from(found.raw).toString('utf8') }
      },
    )
  }
}

function shown({ _id, name, types, sources, natsKey, createdAt, revokedAt }: SystemDocument): System {
  return {
    systemId: _id,
    name,
    types: [...types],
    sources: [...sources],
    ...(natsKey === undefined ? {} : { natsKey }),
    createdAt: createdAt.toISOString(),
    ...(revokedAt === undefined ? {} : { revokedAt: revokedAt.toISOString() }),
  }
}

function listed({ _id, raw: _raw, firstAt, lastAt, expiresAt, ...rest }: RejectionDocument): Rejection {
  return {
    rejectionId: _id,
    ...rest,
    firstAt: firstAt.toISOString(),
    lastAt: lastAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
  }
}

const taken = () =>
  new ProblemError(409, 'SYSTEM_EXISTS', 'A system of this name may come already', {
    detail: 'Shut it out first to give it new credentials.',
    errors: [{ pointer: '/systemId', detail: 'is taken' }],
  })
