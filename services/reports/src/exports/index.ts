import { availableParallelism } from 'node:os'
import { reportCancelled, reportRequested, reportsExportsConsumer } from '@rounds/contracts'
import { every } from '@rounds/kernel'
import { openLedger, sweeper, workers } from '@rounds/ledger'
import { hears, subscription } from '@rounds/messaging'
import type { Service, ServiceModule } from '@rounds/service'
import { exportsAtOnce, type ReportsConfig } from '../config.ts'
import { csvWriters, zoneClock } from '../csv/index.ts'
import { directoryArtifacts } from '../files/index.ts'
import { acceptExport, callOffExport } from './event-handlers.ts'
import { expireReports } from './expire.ts'
import { exportReport, failedEnding } from './export-report.ts'
import { askedBy, type ExportInput, type ExportOutcome } from './export-work.ts'
import { mongoExports } from './mongo-export-store.ts'
import { mongoRows } from './mongo-rows.ts'
import { removeLate } from './remove-late.ts'
import { sqliteSlots } from './sqlite-slots.ts'
import { sweepArtifacts } from './sweep.ts'

/** Makes the files that people asked for, and takes them away when their time is over. */
export function exportsModule(service: Service<ReportsConfig>): ServiceModule {
  const { bus, config, log, make, metrics, now, outbox, store } = service
  const ledger = openLedger<ExportInput, ExportOutcome>(store, 'exports', {
    repeating: 'safe',
    askedBy,
    // In a rush each of many small files would be settled by a write of its own.
    writesAtOnce: 1,
    onSaid: outbox.ring,
  })
  const rows = mongoExports(store)
  const reader = mongoRows(config.MONGO_URL, { appName: 'reports-rows' })
  const csv = csvWriters()
  const artifacts = directoryArtifacts(config.ARTIFACTS_DIR)
  const slots = sqliteSlots(
    config.ARTIFACTS_DIR,
    config.EXPORTS_PER_MACHINE ?? exportsAtOnce(availableParallelism()),
    { log },
  )
  const rowsWritten = metrics.counter('rounds_export_rows_total', 'Rows of finished files')
  const exporters = workers(ledger, {
    name: 'exports',
    concurrency: config.EXPORT_CONCURRENCY,
    permits: slots,
    deadlineMs: 3_600_000,
    perform: exportReport({
      readRows: reader.read,
      readAccess: reader.access,
      openCsv: csv.openCsv,
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
      metrics.workSettled('exports', state)
      if ('outcome' in ending && 'rows' in ending.outcome) rowsWritten(ending.outcome.rows)
    },
    log,
  })

  return {
    name: 'exports',
    prepare: () => Promise.all([artifacts.prepare(), rows.prepare()]),
    outboxes: ['exports'],
    subscriptions: [
      subscription(
        reportsExportsConsumer,
        32,
        hears(reportRequested, acceptExport({ workers: exporters })),
        hears(reportCancelled, callOffExport({ ledger, artifacts, workers: exporters })),
      ),
    ],
    components: [
      reader,
      csv.threads,
      slots,
      exporters,
      sweeper(ledger, { name: 'leases', log, onReturned: exporters.ring }),
      every('expired files', 1_000, expireReports({ rows, ledger, artifacts, make, now }), log),
      every('orphaned files', 3_600_000, sweepArtifacts({ artifacts, rows, log, now, graceMs: 60_000 }), log),
    ],
    progressAt: exporters.progressAt,
  }
}
