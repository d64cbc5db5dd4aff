import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { Parser } from '@json2csv/plainjs'
import { type HospitalEvent, type ReportRequested, reportRequested } from '@rounds/contracts'
import { silent } from '@rounds/kernel'
import { openLedger, type Permits, sweeper, workers } from '@rounds/ledger'
import { eventMaker } from '@rounds/messaging'
import { makeViews, mongoStore } from '@rounds/mongo'
import { anAppointment } from '@rounds/testing'
import { Decimal128, type Document } from 'mongodb'
import { expect, vi } from 'vitest'
import { csvThreads } from '../src/csv/csv-threads.ts'
import { json2csvOptions } from '../src/csv/json2csv-encoder.ts'
import { mongoCsv } from '../src/csv/mongo-csv.ts'
import { zoneClock } from '../src/csv/zone-clock.ts'
import { planExport } from '../src/exports/export-plan.ts'
import { exportReport, failedEnding } from '../src/exports/export-report.ts'
import type { ExportInput, ExportOutcome, WrittenFile } from '../src/exports/export-work.ts'
import { mongoExports } from '../src/exports/mongo-export-store.ts'
import { mongoRows } from '../src/exports/mongo-rows.ts'
import type { ReadRows } from '../src/exports/read-rows.ts'
import { sweepArtifacts } from '../src/exports/sweep.ts'
import type { ArtifactStore } from '../src/files/artifact-store.ts'
import { directoryArtifacts } from '../src/files/directory-artifacts.ts'

export const zone = 'Asia/Kolkata'
const make = eventMaker('reports')

export type ExportWorld = Awaited<ReturnType<typeof openExportWorld>>

/** Everything the reports service is made of but the bus, over a database and a directory. */
export async function openExportWorld(url: string, options: { directory?: string } = {}) {
  const directory = options.directory ?? (await mkdtemp(join(tmpdir(), 'rounds-exports-')))
  const store = mongoStore(url, { appName: 'reports-test' })
  const ledger = openLedger<ExportInput, ExportOutcome>(store, 'exports', { repeating: 'safe' })
  const rows = mongoExports(store)
  const reader = mongoRows(url, { appName: 'reports-test-rows' })
  const threads = csvThreads(new URL('../src/csv/mongo-csv-thread.ts', import.meta.url))
  const artifacts = directoryArtifacts(directory)
  const said: HospitalEvent[] = []
  const stops: Array<() => Promise<void>> = []
  await store.start()
  await makeViews(appointments().db)
  await artifacts.prepare()
  await rows.prepare()
  await threads.start()
  await appointments().createIndex({ startsAt: 1, _id: 1 })

  const perform = ({ readRows = reader.read, afterChunk }: How = {}) =>
    exportReport({
      readRows,
      readAccess: reader.access,
      openCsv: mongoCsv(threads.open),
      artifacts: afterChunk ? slowly(artifacts, afterChunk) : artifacts,
      make,
      say: (event) => void said.push(event),
      clock: zoneClock(zone),
      keepDays: 7,
      now: () => new Date(),
      noteProgress() {},
      log: silent,
    })

  return {
    directory,
    store,
    ledger,
    rows,
    reader,
    artifacts,
    said,
    make,
    perform,
    appointments,

    /** Workers and a sweeper as in production, but quicker to look. */
    async work({
      lookEveryMs = 1_000,
      permits,
      ...how
    }: How & {
      lookEveryMs?: number
      permits?: Permits
    } = {}) {
      const exporters = workers(ledger, {
        name: 'exports',
        concurrency: 2,
        ...(permits && { permits }),
        deadlineMs: 60_000,
        perform: perform(how),
        onSpent: (claim, error) => failedEnding(claim, error, make),
        log: silent,
        pollEveryMs: 20,
        lookEveryMs,
      })
      const leases = sweeper(ledger, { name: 'leases', log: silent, everyMs: 100 })
      await exporters.start()
      await leases.start()
      stops.push(exporters.stop, leases.stop)
      return exporters
    },

    async request(asked: Partial<ReportRequested['data']> = {}) {
      const data = {
        reportId: 'r1',
        report: 'appointments',
        parameters: {},
        flavour: 'standard',
        gzip: false,
        requestedBy: 'p1',
        role: 'admin',
        ...asked,
      } as const
      await ledger.accept(data.reportId, make(reportRequested, data))
      return data
    },

    async done(key = 'r1'): Promise<WrittenFile> {
      return vi.waitFor(
        async () => {
          const work = await ledger.read(key)
          expect(work).toMatchObject({ state: 'done' })
          return work?.outcome as WrittenFile
        },
        { timeout: 30_000, interval: 20 },
      )
    },

    /** As if its worker had not been heard of for twenty seconds. */
    leaseOver: (key = 'r1') =>
      store
        .collection<{ _id: string }>('exports')
        .updateOne({ _id: key }, { $set: { leaseUntil: new Date(0) } }),

    state: async (key = 'r1') => (await ledger.read(key))?.state,
    /** What waits in the outbox of the ledger, or went out of it. */
    async outbox(key = 'r1') {
      const found = await store
        .collection<{ _id: string; outbox: { event: HospitalEvent }[] }>('exports')
        .findOne({ _id: key })
      return (found?.outbox ?? []).map(({ event }) => event)
    },
    /** But for hidden ones. */
    files: async () => (await readdir(directory)).filter((name) => !name.startsWith('.')).sort(),
    content: (file: string) => readFile(join(directory, file)),
    /** The hourly sweep, with everything old enough. */
    sweep: sweepArtifacts({ artifacts, rows, log: silent, now: () => new Date(), graceMs: -60_000 }),

    /** What the oracle makes of the documents that stand in the database now. */
    async oracle(data: ReportRequested['data']) {
      const { columns, query } = planExport(data, zoneClock(zone))
      const { collection, filter, stages = [], sort } = query
      const documents = await store
        .collection(collection)
        .aggregate([{ $match: filter }, ...stages, { $sort: sort }])
        .toArray()
      const { flavour } = data
      const parser = new Parser<Document, Document>(json2csvOptions(columns, { flavour, zone }))
      return { rows: documents.length, text: `${parser.parse(documents)}\r\n` }
    },

    async close() {
      await Promise.all(stops.map((stop) => stop()))
      await reader.stop()
      await threads.stop()
      await store.stop()
      if (!options.directory) await rm(directory, { recursive: true, force: true })
    },
  }

  function appointments() {
    return store.collection<Document & { _id: string }>('appointments')
  }
}

interface How {
  readonly readRows?: ReadRows
  /** What the disk does with each chunk before it takes the next. */
  readonly afterChunk?: () => Promise<void>
}

function slowly(store: ArtifactStore, afterChunk: () => Promise<void>): ArtifactStore {
  async function* each(bytes: AsyncIterable<Uint8Array>) {
    for await (const chunk of bytes) {
      yield chunk
      await afterChunk()
    }
  }
  return { ...store, write: (file, bytes, options) => store.write(file, each(bytes), options) }
}

/** Appointments with everything that makes CSV hard; the same each time. */
export function appointmentsFrom(first: number, count: number) {
  return Array.from({ length: count }, (_, index) => appointment(first + index))
}

function appointment(n: number) {
  const names = [
    'Asha Rao',
    'रवि शर्मा',
    'O’Neil, "Bob"',
    '=HYPERLINK("http://example.test")',
    'two\nlines',
    '＋1',
  ]
  const pick = <One>(from: readonly One[]) => from[n % from.length] as One
  const startsAt = new Date(Date.UTC(2025, 0, 1) + (n % 1_000) * 3_600_000)
  return anAppointment({
    _id: `a${String(n).padStart(7, '0')}`,
    status: pick(['booked', 'checked', 'cancelled', 'missed'] as const),
    startsAt,
    minutes: 15 + (n % 4) * 5,
    patient: { id: `p${n % 50}`, name: pick(names), number: `H-${n}` },
    doctor: { id: `d${n % 5}`, name: `Doctor ${n % 5}`, number: `R-${n % 5}` },
    department: { id: `dep${n % 3}`, name: pick(['Cardiology', 'Ear, Nose, Throat']) },
    reason: pick(['Fever', '-', '@home', '', 'a "quoted" reason', '+91 20 1234']),
    fee: Decimal128.fromString(`${n % 900}.50`),
    bookedAt: new Date(startsAt.getTime() - 86_400_123),
    bookedBy: 'desk',
    ...(n % 2 === 0 && { checkedAt: startsAt, diagnosis: 'well', prescription: 'rest, and water' }),
  })
}

export const sha256 = (content: Uint8Array) => createHash('sha256').update(content).digest('hex')
export const unzipped = (content: Uint8Array) => gunzipSync(content).toString()
