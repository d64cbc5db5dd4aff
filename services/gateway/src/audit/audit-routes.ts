import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { auditList, pageQuery } from '@rounds/contracts'
import { Type } from 'typebox'
import { type Page, pageFrom, pageOf } from '../http/index.ts'
import type { AuditDocument } from './audit.ts'

export interface ReadAuditDeps {
  /** Newest first, one more than the page asks for. */
  readonly auditTrail: (page: Page) => Promise<AuditDocument[]>
}

export function readAudit({ auditTrail }: ReadAuditDeps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/v1/audit',
      {
        schema: {
          tags: ['audit'],
          operationId: 'readAudit',
          summary: 'Who did what, to what, when, from where; newest first',
          querystring: Type.Object(pageQuery, { additionalProperties: false }),
          response: { 200: auditList },
        },
        config: { policy: { roles: ['admin', 'ops'], scope: 'audit:read' } },
      },
      async ({ query }) => {
        const page = pageOf(query)
        return pageFrom(
          await auditTrail(page),
          page.limit,
          ({ _id }) => ({ after: '', id: _id }),
          ({ _id, at, ...entry }) => ({ auditId: _id, at: at.toISOString(), ...entry }),
        )
      },
    )
  }
}
