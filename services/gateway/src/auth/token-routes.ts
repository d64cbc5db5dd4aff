import { randomBytes, randomUUIDv7 } from 'node:crypto'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { identifier, newToken, type Scope, type Token, tokenList, tokenMade } from '@rounds/contracts'
import { Type } from 'typebox'
import type { Audit } from '../audit/index.ts'
import { notFound, type Principal, shownEach } from '../http/index.ts'
import { hashOf } from './authenticate.ts'

export interface IssueTokenDeps {
  readonly tokens: {
    keep(hash: string, token: NewToken): Promise<void>
    ofPerson(principal: Principal): Promise<KeptToken[]>
    /** Answers whether there was one of theirs to end. */
    end(principal: Principal, tokenId: string): Promise<boolean>
  }
  readonly audit: Audit
  readonly now: () => Date
}

export interface KeptToken extends Omit<NewToken, 'tokenId' | 'personId'> {
  readonly _id: string
  readonly lastUsedAt?: Date
}

export interface NewToken {
  readonly tokenId: string
  readonly personId: string
  readonly name: string
  readonly scopes: readonly Scope[]
  readonly createdAt: Date
  readonly expiresAt: Date
}

const tags = ['tokens']
// No token makes or ends tokens: one that leaked could otherwise outlive its own end.
const config = { policy: { roles: ['admin', 'doctor', 'patient', 'integrator'], scope: 'session' } } as const

export function issueTokens({ tokens, audit, now }: IssueTokenDeps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.post(
      '/v1/tokens',
      {
        schema: {
          tags,
          operationId: 'issueToken',
          summary: 'Make a token for a machine; its secret is shown this once',
          body: newToken,
          response: { 201: tokenMade },
        },
        config: { ...config, holdsSecret: true },
      },
      async (request, reply) => {
        const { name, scopes, expiresInDays } = request.body
        const createdAt = now()
        const expiresAt = new Date(createdAt.getTime() + expiresInDays * 24 * 3_600_000)
        const tokenId = randomUUIDv7()
        const secret = `rounds_${randomBytes(32).toString('base64url')}`
        await audit(request, 'token.made', tokenId)
        await tokens.keep(hashOf(secret), {
          tokenId,
          personId: request.principal.personId,
          name,
          scopes,
          createdAt,
          expiresAt,
        })
        reply.code(201)
        return {
          tokenId,
          name,
          scopes,
          createdAt: createdAt.toISOString(),
          expiresAt: expiresAt.toISOString(),
          secret,
        }
      },
    )

    app.get(
      '/v1/tokens',
      {
        schema: {
          tags,
          operationId: 'listTokens',
          summary: 'Your tokens, without their secrets',
          response: { 200: tokenList },
        },
        config,
      },
      async ({ principal }) => shownEach(await tokens.ofPerson(principal), shown),
    )

    app.delete(
      '/v1/tokens/:tokenId',
      {
        schema: {
          tags,
          operationId: 'revokeToken',
          summary: 'End a token of yours at once',
          params: Type.Object({ tokenId: identifier('The token') }),
          response: { 204: Type.Null() },
        },
        config,
      },
      async (request, reply) => {
        const { tokenId } = request.params
        const own = await tokens.ofPerson(request.principal)
        if (!own.some(({ _id }) => _id === tokenId)) throw notFound()
        await audit(request, 'token.revoked', tokenId)
        if (!(await tokens.end(request.principal, tokenId))) throw notFound()
        reply.code(204)
        return null
      },
    )
  }
}

const shown = ({ _id, name, scopes, createdAt, expiresAt, lastUsedAt }: KeptToken): Token => ({
  tokenId: _id,
  name,
  scopes: [...scopes],
  createdAt: createdAt.toISOString(),
  expiresAt: expiresAt.toISOString(),
  ...(lastUsedAt === undefined ? {} : { lastUsedAt: lastUsedAt.toISOString() }),
})
