import { randomUUIDv7 } from 'node:crypto'
import type { AuditEntry } from '@rounds/contracts'
import type { FastifyRequest } from 'fastify'
import { principalOf } from './authenticate.ts'

/**
 * Writes down who did what, to what, from where. Rejects when it could not be written, and then the action fails:
 * what cannot be accounted for does not happen. Identifiers only; `did` is a dotted verb such as `report.downloaded`.
 */
export type Audit = (request: FastifyRequest, did: string, to: string) => Promise<void>

/** An entry as it is kept. Identifiers grow with time. */
export type AuditDocument = Omit<AuditEntry, 'auditId' | 'at'> & { readonly _id: string; readonly at: Date }

/** What somebody does by this request. */
export function entryOf(request: FastifyRequest, did: string, to: string, at: Date): AuditDocument {
  const principal = principalOf(request)
  const role = principal?.role ?? 'none'
  return { _id: randomUUIDv7(), at, who: whoOf(principal), role, did, to, from: request.ip }
}

/** What the house does in somebody's name when a schedule says so. */
export function entryOfSchedule(who: string, did: string, to: string, at: Date): AuditDocument {
  return { _id: randomUUIDv7(), at, who, role: 'none', did, to, from: 'schedule' }
}

function whoOf(principal: ReturnType<typeof principalOf>): string {
  if (!principal) return 'anonymous'
  return principal.via.kind === 'token' ? principal.via.tokenId : principal.personId
}
