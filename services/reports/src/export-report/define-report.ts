import { type ReportDeclaration, type ReportRole, reportCatalogue } from '@rounds/contracts/http'
import type { ZoneClock } from './zone-clock.ts'

/** Who asked for what. Strings only, each checked against the report's declaration. */
export interface Asked {
  readonly parameters: Readonly<Record<string, string>>
  readonly role: ReportRole
  readonly requestedBy: string
  readonly clock: ZoneClock
}

/** What to read, in MongoDB's words but without its driver. */
export interface RowQuery {
  readonly collection: string
  readonly filter: Readonly<Record<string, unknown>>
  readonly projection: Readonly<Record<string, 0 | 1>>
  readonly sort: Readonly<Record<string, 1>>
}

/** Where a report comes from; what may be asked and who may see what is declared in the catalogue of contracts. */
export interface ReportDefinition {
  readonly declaration: ReportDeclaration
  readonly collection: string
  /**
   * Which documents. Narrows by role on its own account, whatever the gateway has checked: a doctor's and a patient's
   * filter always name themselves. Throws `RefusedReportError` for parameters that make no sense together.
   */
  readonly filter: (asked: Asked) => Readonly<Record<string, unknown>>
  /**
   * What must be there for the report to be made at all, in the same collection: again on its own account. Without it
   * nothing has to be.
   */
  readonly onlyIf?: (asked: Asked) => Readonly<Record<string, unknown>> | undefined
  /** Where in a document each column's value stands. */
  readonly paths: Readonly<Record<string, string>>
}

/** Binds a source to a report of the catalogue. Throws when a declared column would have no value. */
export function defineReport(
  report: string,
  source: Omit<ReportDefinition, 'declaration'>,
): ReportDefinition {
  const declaration = reportCatalogue.find((one) => one.report === report)
  if (!declaration) throw new Error(`${report} is not in the catalogue`)
  const missing = declaration.columns.filter(({ id }) => !source.paths[id]).map(({ id }) => id)
  if (missing.length > 0) throw new Error(`${report} has no source for ${missing.join(', ')}`)
  return { declaration, ...source }
}

/** This report will not be made, however often it is tried. The reason is for the person who asked and names nobody. */
export class RefusedReportError extends Error {
  override readonly name = 'RefusedReportError'
  readonly code: string

  constructor(code: string, reason: string) {
    super(reason)
    this.code = code
  }
}
