export { type Audit, type AuditDocument, entryOf, entryOfSchedule } from './audit.ts'
export type { AuditKeys } from './audit-chain.ts'
export { alsoAccounting, auditDueIndex, type WithAuditDue, type WithAuditsDue } from './mongo-audit.ts'

import { auditHeadSubject } from '@rounds/contracts'
import { every } from '@rounds/kernel'
import { BusAwayError, type Connection, putIntoAuditStream } from '@rounds/messaging'
import type { Service } from '@rounds/service'
import type { FastifyInstance } from 'fastify'
import type { GatewayConfig } from '../config.ts'
import type { ModuleFace } from '../http/index.ts'
import { AuditKeys } from './audit-chain.ts'
import { readAudit } from './audit-routes.ts'
import { AuditSealer } from './audit-sealer.ts'
import { auditMover, mongoAudit } from './mongo-audit.ts'
import { mongoAuditHeads } from './mongo-audit-heads.ts'
import { accountForAnswers, Refusals } from './refusals.ts'

export type AuditModule = ReturnType<typeof auditModule>

/** Who did what, chained and signed: decision 0026. */
export function auditModule({ config, connection, log, now, store }: Service<GatewayConfig>) {
  const keys = new AuditKeys(config.AUDIT_SIGNING_KEY)
  const { audit, auditRead, auditEntry, auditTrail, auditWriter } = mongoAudit(store, now, keys)
  const refusals = new Refusals(auditEntry, now)
  const mover = auditMover(store, log, keys)
  let connected: Connection | undefined
  void connection.then(
    (there) => {
      connected = there
    },
    () => {},
  )
  const sealer = new AuditSealer({
    writers: [auditWriter, mover.auditWriter],
    keys,
    async publish(writer, head) {
      // Never waited for: the process must be able to stop while the broker was never reached.
      if (!connected) throw new BusAwayError('the broker has not been reached yet')
      return putIntoAuditStream(connected, auditHeadSubject(writer), head)
    },
    ...mongoAuditHeads(store, keys),
    now,
  })

  return {
    name: 'audit',
    keys,
    audit,
    auditRead,
    auditEntry,
    refusals,
    routes: [readAudit({ auditTrail })],
    /** Counts what is refused, and writes down that an audited action failed. */
    accountForAnswers: (app: FastifyInstance) => accountForAnswers(app, { refusals, auditEntry, now, log }),
    components: [
      // What was written last is sealed before the bus closes.
      { name: 'last heads', start: async () => {}, stop: () => sealer.seal().catch(() => {}) },
      every('audit heads', 60_000, () => sealer.seal(), log),
      mover,
      // What was counted since the last minute is written before the store closes.
      { name: 'last refusals', start: async () => {}, stop: () => refusals.flush() },
      every('refusals', 60_000, () => refusals.flush(), log),
    ],
  } satisfies ModuleFace
}
