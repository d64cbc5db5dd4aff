import { defineReport } from '../define-report.ts'
import { within } from '../period.ts'

export const auditLog = defineReport('audit-log', {
  collection: 'audit',
  filter: (asked) => within('at', asked),
  sort: { at: 1, _id: 1 },
  paths: { auditId: '_id', at: 'at', who: 'who', role: 'role', did: 'did', to: 'to', from: 'from' },
})
