import type { Role } from './http-session.ts'
import type { ServiceName } from './topology.ts'

/**
 * What a field tells of people. Rights live with the class: pages, columns of reports, attachments, events and the rights at the
 * database follow from this file, and a field without a class fails a test.
 *
 * `clinical`: what was found and prescribed. `contact`: how somebody is reached. `administrative`: everything that is needed to
 * run the hospital, names and the reason for a visit included.
 */
export type DataClass = 'clinical' | 'contact' | 'administrative'

/** What each role may see of the records that it reaches at all. */
const seenBy: Readonly<Record<Role, readonly DataClass[]>> = {
  admin: ['contact', 'administrative'],
  doctor: ['clinical', 'contact', 'administrative'],
  patient: ['clinical', 'contact', 'administrative'],
  ops: ['administrative'],
  integrator: ['administrative'],
}

/** What each service may read of other services' collections. */
const readBy: Readonly<Record<ServiceName, readonly DataClass[]>> = {
  gateway: ['clinical', 'contact', 'administrative'],
  reports: ['clinical', 'contact', 'administrative'],
  mailer: ['contact', 'administrative'],
  'chat-notifier': ['administrative'],
  scheduler: ['administrative'],
  provisioner: [],
}

export const maySee = (role: Role, dataClass: DataClass) => seenBy[role].includes(dataClass)
export const mayRead = (service: ServiceName, dataClass: DataClass) => readBy[service].includes(dataClass)

/** Of a collection: fields by class. What stands below a field has its class, unless it is named itself. */
type Classed = Readonly<Partial<Record<DataClass, readonly string[]>>>

/** What libs/ledger keeps beside the work itself. */
const ledgerFields = [
  ...['_id', 'state', 'fence', 'attempts', 'cancelAsked', 'interrupted', 'interruptions', 'lane', 'holder'],
  ...['nextAttemptAt', 'acceptedAt', 'settledAt', 'claimedBy', 'leaseUntil', 'keepUntil', 'resolvedBy'],
  ...['history', 'input', 'outcome', 'outbox', 'outboxDue'],
]
const outboxFields = ['outbox', 'outboxDue']

const classed: Readonly<Record<string, Classed>> = {
  people: {
    contact: ['mail', 'phone'],
    administrative: [
      ...['_id', 'kind', 'name', 'number', 'departmentId', 'language', 'zone', 'active', 'version'],
      ...['createdAt', 'nameOwed'],
    ],
  },
  departments: { administrative: ['_id', 'name', 'active', 'version', 'nameOwed'] },
  appointments: {
    clinical: ['diagnosis', 'prescription'],
    administrative: [
      ...[
        '_id',
        'status',
        'startsAt',
        'minutes',
        'patient',
        'doctor',
        'department',
        'reason',
        'fee',
        'version',
      ],
      ...['bookedAt', 'bookedBy', 'checkedAt', 'checkedBy', 'nextVisit', 'cancelledAt', 'cancelReason'],
      ...['origin', 'auditDue', ...outboxFields],
    ],
  },
  emergencyAccess: { administrative: ['_id', 'doctorId', 'patientId', 'reason', 'at', 'until'] },
  jobs: { administrative: ['_id', 'state', 'fireId'] },
  audit: { administrative: ['_id', 'at', 'who', 'role', 'did', 'to', 'from'] },
  exports: { administrative: ledgerFields },
  schedules: {
    administrative: [
      ...['_id', 'name', 'purpose', 'parameters', 'expression', 'zone', 'catchUp', 'overlap', 'paused'],
      ...['removedAt', 'runs', 'activeFrom', 'createdBy', 'createdAt', 'updatedBy', 'updatedAt', 'version'],
      ...['changes', 'contributors', ...outboxFields],
    ],
  },
  campaigns: {
    administrative: [
      ...['_id', 'name', 'state', 'template', 'purpose', 'audience', 'texts', 'expected', 'createdBy'],
      ...['createdAt', 'requested', 'approved', 'paused', 'cancelled', 'completedAt', 'upload', 'columns'],
      ...['correlationid', 'version', 'updatedAt', 'approvalReason', 'contributions', ...outboxFields],
    ],
  },
  campaignRecipients: {
    contact: ['mail', 'key'],
    administrative: ['_id', 'campaignId', 'row', 'name', 'language', 'variables'],
  },
  mails: {
    administrative: [
      ...['_id', 'recipientId', 'template', 'purpose', 'texts', 'test', 'columns', 'language', 'report'],
      ...['automatic', 'requestedBy', 'requestedAt', 'correlationid', 'idempotency', ...outboxFields],
    ],
  },
  consents: { administrative: ['_id', 'care', 'administrative', 'marketing', 'updatedAt', 'via'] },
  suppressionRequests: {
    contact: ['mail'],
    administrative: ['_id', 'action', 'reason', 'note', 'requestedBy', 'requestedAt', ...outboxFields],
  },
  bounces: {
    contact: ['finalRecipient', 'originalRecipient'],
    administrative: ['_id', 'action', 'status', 'messageId', 'deliveryId', 'receivedAt', ...outboxFields],
  },
  deliveries: { contact: ['outcome.to'], administrative: ledgerFields },
  batches: { administrative: ledgerFields },
  suppressions: { contact: ['_id'], administrative: ['reason', 'status', 'since', 'lastSeenAt', 'source'] },
  checks: { administrative: ['_id', 'day', 'at', 'batches', 'fires', 'missing', ...outboxFields] },
  spaces: {
    administrative: [
      ...['_id', 'name', 'webhook', 'googleSpace', 'rules', 'language', 'patientShownAs', 'relevantMinutes'],
      ...['active', 'resumedAtVersion', 'resumedAt', 'replaysKept', 'createdBy', 'createdAt', 'removedAt'],
      ...['version', 'updatedAt', ...outboxFields],
    ],
  },
  posts: { administrative: ledgerFields },
  spaceStates: {
    administrative: [
      ...['_id', 'leaseUntil', 'fence', 'nextAt', 'sending', 'failures', 'kept', 'stopped', 'lastPostedAt'],
      ...['pause', 'digestAtMost'],
      ...outboxFields,
    ],
  },
  fires: {
    administrative: [
      ...['_id', 'scheduleId', 'purpose', 'due', 'at', 'by', 'outcome', 'lateMs', 'reason', ...outboxFields],
    ],
  },
}

/** The class of a field, by its path in the documents of a collection; nothing where nobody gave it one. */
export function classOf(collection: string, path: string): DataClass | undefined {
  const classes = Object.entries(classed[collection] ?? {}) as [DataClass, readonly string[]][]
  const parts = path.split('.')
  for (let length = parts.length; length > 0; length--) {
    const field = parts.slice(0, length).join('.')
    const found = classes.find(([, fields]) => fields.includes(field))
    if (found) return found[0]
  }
  return undefined
}

/** Every class that occurs in a collection, or below one of its fields. */
export function classesIn(collection: string, path?: string): readonly DataClass[] {
  const below = Object.entries(classed[collection] ?? {}).flatMap(([dataClass, fields]) =>
    path === undefined || fields.some((field) => field.startsWith(`${path}.`))
      ? [dataClass as DataClass]
      : [],
  )
  const own = path === undefined ? undefined : classOf(collection, path)
  return [...new Set(own ? [own, ...below] : below)]
}
