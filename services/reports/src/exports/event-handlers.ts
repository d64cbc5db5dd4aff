import type { reportCancelled, reportRequested } from '@rounds/contracts'
import type { Workers } from '@rounds/ledger'
import { done, type Handler } from '@rounds/messaging'
import type { ArtifactStore } from '../files/index.ts'
import type { ExportInput, ExportLedger } from './export-work.ts'

/** Those who do the work write it down. What cannot be done fails there, where the person who asked hears of it. */
export function acceptExport({
  workers,
}: {
  readonly workers: Pick<Workers<ExportInput>, 'accept'>
}): Handler<typeof reportRequested> {
  return async function acceptExport(event) {
    await workers.accept(event.data.reportId, event)
    return done
  }
}

export interface CallOffExportDeps {
  readonly ledger: Pick<ExportLedger, 'cancel' | 'read' | 'expire'>
  readonly artifacts: Pick<ArtifactStore, 'remove'>
  readonly workers: Pick<Workers<ExportInput>, 'callOff'>
}

/** Stops the work wherever it is, and removes the file of one that had just been finished. The gateway has said it. */
export function callOffExport({
  ledger,
  artifacts,
  workers,
}: CallOffExportDeps): Handler<typeof reportCancelled> {
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
