/** Identifiers, counts, durations, codes, states, event types, path templates. Never a name, an address or a body. */
export const logFields = [
  // events and consumers
  'eventId',
  'type',
  'subject',
  'stream',
  'durable',
  'consumer',
  'handler',
  'attempt',
  'deliveries',
  'outcome',
  'reason',
  'incarnation',
  'streams',
  'consumers',
  'users',
  // where it belongs
  'correlationid',
  'causationid',
  'traceId',
  'spanId',
  'requestId',
  // work
  'key',
  'ledger',
  'collection',
  'fence',
  'state',
  'leaseMs',
  'worker',
  'lane',
  // identifiers
  'id',
  'reportId',
  'jobId',
  'appointmentId',
  'personId',
  'departmentId',
  'tokenId',
  'scheduleId',
  'fire',
  'campaignId',
  'batchId',
  'deadLetterId',
  'system',
  // requests
  'method',
  'route',
  'status',
  'code',
  'host',
  'port',
  'url',
  'version',
  // durations
  'ms',
  'afterMs',
  'everyMs',
  'idleMs',
  'uptimeMs',
  'lateMs',
  // counts
  'count',
  'total',
  'rows',
  'bytes',
  'returned',
  'doubted',
  'lost',
  'sent',
  'unsent',
  'pending',
  'inHand',
  'concurrency',
  'failed',
  'done',
  'waiting',
  'cancelled',
  'expected',
  'reached',
  // processes
  'at',
  'component',
  'signal',
  'pid',
  'exitCode',
  'check',
] as const

/** A field that is not listed here does not compile. `error` is described by `errorFacts`. */
export type LogFields = { readonly [Name in (typeof logFields)[number]]?: unknown } & {
  readonly error?: unknown
}

/** How anything says what it does. A log line is no place for people. */
export interface Log {
  debug(fields: LogFields, message: string): void
  info(fields: LogFields, message: string): void
  warn(fields: LogFields, message: string): void
  error(fields: LogFields, message: string): void
}

/** Writes nothing. */
export const silent: Log = { debug() {}, info() {}, warn() {}, error() {} }
