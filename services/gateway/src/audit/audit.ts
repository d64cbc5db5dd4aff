import { randomUUIDv7 } from 'node:crypto'
import type { AuditEntry } from '@rounds/contracts'
import type { FastifyRequest } from 'fastify'
import { principalOf } from '../http/index.ts'

/**
 * Writes down who did what, to what, from where. Rejects when it could not be written, and then the action fails:
 * what cannot be accounted for does not happen. Identifiers only; `did` is a dotted verb such as `report.downloaded`.
 */
export type Audit = (request: FastifyRequest, did: string, to: string) => Promise<void>

/**
 * The same for looking at a list, which pages ask for again and again: one entry a minute for each who looks and list. Nobody is
 * shown anything before it stands.
 */
export function auditingReads(audit: Audit, now: () => Date): Audit {
  let minute = 0
  let written = new Map<string, Promise<void>>()
  return (request, did, to) => {
    const current = Math.floor(now().getTime() / 60_000)
    if (current !== minute) {
      minute = current
      written = new Map()
    }
    const principal = principalOf(request)
    const key = `${did} ${to} ${whoOf(principal)} ${request.ip}`
    const known = written.get(key)
    if (known) return known
    const writing = audit(request, did, to)
    written.set(key, writing)
    // What could not be written is no entry: the next one tries anew.
    writing.catch(() => written.delete(key))
    return writing
  }
}

const accounted = new WeakMap<FastifyRequest, { readonly did: string; readonly to: string }[]>()

/** What the audit says was done by this request. Being refused is no action that could have failed. */
export const accountedFor = (request: FastifyRequest) => accounted.get(request) ?? []

export function noteAccounted(request: FastifyRequest, did: string, to: string): void {
  if (did.endsWith('.refused')) return
  accounted.set(request, [...accountedFor(request), { did, to }])
}

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
