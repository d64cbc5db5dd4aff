import { availableParallelism } from 'node:os'
import { setFlagsFromString } from 'node:v8'
import { reportCancelled, reportRequested, reportsHearsExports } from '@rounds/contracts'
import {
  mongoStore,
  outboxBacklog,
  outboxRelay,
  StreamIncarnation,
  sweeper,
  type WithOutbox,
  workers,
} from '@rounds/ledger'
import {
  connectTo,
  eventMaker,
  hearingTable,
  hears,
  jetstreamBus,
  lateBus,
  subscription,
} from '@rounds/messaging'
import {
  eventually,
  every,
  flowLiveness,
  logger,
  metrics,
  opsServer,
  program,
  runUntilStopped,
} from '@rounds/service-kit'
import { exportsAtOnce, loadConfig } from './config.ts'
import { csvThreads } from './csv-threads.ts'
import { directoryArtifacts } from './directory-artifacts.ts'
import { expireReports } from './expire-reports/expire.ts'
import { exportReport, failedEnding } from './export-report/export-report.ts'
import { zoneClock } from './export-report/zone-clock.ts'
import { askedBy, type ExportInput, type ExportOutcome } from './export-work.ts'
import { acceptExport, callOffExport } from './hear-exports/handlers.ts'
import { mongoCsv } from './mongo-csv.ts'
import { mongoExports } from './mongo-exports.ts'
import { mongoRows } from './mongo-rows.ts'
import { sqliteSlots } from './sqlite-slots.ts'
import { removeLate } from './sweep-artifacts/remove-late.ts'
import { sweepArtifacts } from './sweep-artifacts/sweep.ts'

// What the database sends counts as this process's own memory until it is collected. Left alone, V8 collects the whole
// heap forty times for a million rows, which is a third of all work (docs/decisions/0012).
setFlagsFromString('--heap-growing-percent=300')

await program(async () => {
  const config = loadConfig(process.env)
  const log = logger('reports', config.LOG_LEVEL)
  const make = eventMaker('reports')
  const now = () => new Date()

  const store = mongoStore(config.MONGO_URL, { appName: 'reports' })
  const ledger = store.ledger<ExportInput, ExportOutcome>('exports', {
    repeating: 'safe',
    askedBy,
    // In a rush each of many small files would be settled by a write of its own.
    writesAtOnce: 1,
    onSaid: () => outbox.ring(),
  })
  const rows = mongoExports(store)
  const reader = mongoRows(config.MONGO_URL, { appName: 'reports-rows' })
  const threads = csvThreads(new URL('./mongo-csv-thread.ts', import.meta.url))
  const artifacts = directoryArtifacts(config.ARTIFACTS_DIR)
  const slots = sqliteSlots(
    config.ARTIFACTS_DIR,
    config.EXPORTS_PER_MACHINE ?? exportsAtOnce(availableParallelism()),
    { log },
  )
  const numbers = metrics('reports')
  const rowsWritten = numbers.counter('rounds_export_rows_total', 'Rows of finished files')
  const { eventHandled: onHandled } = numbers
  const connecting = connectTo({ url: config.NATS_URL, user: 'reports', password: config.NATS_PASSWORD, log })
  const bus = lateBus(
    connecting.then((connection) => jetstreamBus(connection, { log, ready: store.ping, onHandled })),
  )

  const exporters = workers(ledger, {
    name: 'exports',
    concurrency: config.EXPORT_CONCURRENCY,
    permits: slots,
    deadlineMs: 3_600_000,
    perform: exportReport({
      readRows: reader.read,
      readAccess: reader.access,
      openCsv: mongoCsv(threads.open),
      artifacts,
      make,
      say: (event) => bus.say(event),
      clock: zoneClock(config.HOSPITAL_ZONE),
      keepDays: config.EXPORT_KEEP_DAYS,
      now,
      noteProgress: () => exporters.noteProgress(),
      log,
    }),
    onSpent: (claim, error) => failedEnding(claim, error, make),
    onTooLate: removeLate({ artifacts, rows, now }),
    onSettled: ({ state, ...ending }) => {
      numbers.workSettled('exports', state)
      if ('outcome' in ending && 'rows' in ending.outcome) rowsWritten(ending.outcome.rows)
    },
    log,
  })
  const speaking = [store.collection<WithOutbox>('exports')]
  const incarnation = new StreamIncarnation({ stream: 'EVENTS', service: 'reports', bus, store })
  const outbox = outboxRelay({ name: 'outbox', collections: speaking, bus, incarnation, log })
  numbers.outboxUnsent(outboxBacklog(speaking))
  numbers.consumersPending(bus.flows)
  const exports = subscription(
    reportsHearsExports,
    32,
    hears(reportRequested, acceptExport({ workers: exporters })),
    hears(reportCancelled, callOffExport({ ledger, artifacts, workers: exporters })),
  )
  for (const line of hearingTable([exports])) log.info({ ...line }, 'hears')

  await runUntilStopped(
    [
      store,
      {
        name: 'preparations',
        start: async () => void (await Promise.all([artifacts.prepare(), rows.prepare()])),
        stop: async () => {},
      },
      reader,
      threads,
      slots,
      // Closed after the outbox: what is settled while stopping is still said.
      bus,
      outbox,
      exporters,
      sweeper(ledger, { name: 'leases', log, onReturned: exporters.ring }),
      every('expired files', 1_000, expireReports({ rows, ledger, artifacts, make, now }), log),
      every('orphaned files', 3_600_000, sweepArtifacts({ artifacts, rows, log, now, graceMs: 60_000 }), log),
      eventually('events', () => bus.subscribe(exports), log),
      opsServer({
        host: config.OPS_HOST,
        port: config.OPS_PORT,
        checks: [{ name: 'mongodb', check: store.ping }],
        vital: [flowLiveness({ flows: bus.flows, progressAt: exporters.progressAt })],
        metrics: numbers,
      }),
    ],
    { log },
  )
})
