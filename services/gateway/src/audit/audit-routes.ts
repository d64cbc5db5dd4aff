import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { type AuditEntry, auditList, pageQuery } from '@rounds/contracts'
import { Type } from 'typebox'
import { type Page, pageFrom, pageOf } from '../http/index.ts'

export interface ReadAuditDeps {
  /** Newest first, one more than the page asks for. */
  readonly auditTrail: (page: Page) => Promise<AuditEntry[]>
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
          ({ auditId }) => ({ after: '', id: auditId }),
          (entry) => entry,
        )
      },
    )
  }
}
