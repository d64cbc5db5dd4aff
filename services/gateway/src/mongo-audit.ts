import { randomUUIDv7 } from 'node:crypto'
import type { AuditEntry } from '@rounds/contracts'
import { groupedInserts, type MongoStore } from '@rounds/ledger'
import type { Audit } from './audit.ts'
import { principalOf } from './authenticate.ts'
import type { ReadAuditDeps } from './read-audit/route.ts'

type AuditDocument = Omit<AuditEntry, 'auditId' | 'at'> & { readonly _id: string; readonly at: Date }

/** Insert and find only; the gateway's own MongoDB user may do nothing else here. Identifiers grow with time. */
export function mongoAudit(
  store: Pick<MongoStore, 'collection'>,
  now: () => Date,
): {
  audit: Audit
  auditAs: (personId: string, did: string, to: string) => Promise<void>
  auditTrail: ReadAuditDeps['auditTrail']
} {
  const entries = store.collection<AuditDocument>('audit')
  const insert = groupedInserts(entries)
  return {
    audit: async (request, did, to) => {
      const principal = principalOf(request)
      await insert({
        _id: randomUUIDv7(),
        at: now(),
        who: whoOf(principal),
        role: principal?.role ?? 'none',
        did,
        to,
        from: request.ip,
      })
    },
    auditAs: (who, did, to) =>
      insert({ _id: randomUUIDv7(), at: now(), who, role: 'none', did, to, from: 'schedule' }),
    auditTrail: async ({ limit, position }) => {
      const found = await entries
        .find(position ? { _id: { $lt: position.id } } : {}, { sort: { _id: -1 }, limit: limit + 1 })
        .toArray()
      return found.map(({ _id, at, ...entry }) => ({ auditId: _id, at: at.toISOString(), ...entry }))
    },
  }
}

function whoOf(principal: ReturnType<typeof principalOf>): string {
  if (!principal) return 'anonymous'
  return principal.via.kind === 'token' ? principal.via.tokenId : principal.personId
}
