import type { reportCancelled, reportRequested } from '@rounds/contracts'
import { done, type Handler } from '@rounds/messaging'
import type { ArtifactStore } from '../artifact-store.ts'
import type { ExportLedger } from '../export-work.ts'

export interface HearExportsDeps {
  readonly ledger: Pick<ExportLedger, 'accept' | 'cancel' | 'read' | 'expire'>
  readonly artifacts: Pick<ArtifactStore, 'remove'>
  /** Those who do the work; ringing only makes it quicker. */
  readonly workers: { ring(): void; callOff(key: string): void }
}

/** Writes the work down. What cannot be done fails there, where the person who asked hears of it. */
export function acceptExport({ ledger, workers }: HearExportsDeps): Handler<typeof reportRequested> {
  return async function acceptExport(event) {
    await ledger.accept(event.data.reportId, event)
    workers.ring()
    return done
  }
}

/** Stops the work wherever it is, and removes the file of one that had just been finished. The gateway has said it. */
export function callOffExport({
  ledger,
  artifacts,
  workers,
}: HearExportsDeps): Handler<typeof reportCancelled> {
  return async function callOffExport(event) {
    const { reportId } = event.data
    const state = await ledger.cancel(reportId, event)
    workers.callOff(reportId)
    if (state === 'done') await removeFile(reportId)
    return done
  }

  async function removeFile(reportId: string) {
    const work = await ledger.read(reportId)
    if (work?.outcome && 'file' in work.outcome) await artifacts.remove(work.outcome.file)
    await ledger.expire(reportId, [])
  }
}
