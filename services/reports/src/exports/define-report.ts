import { type ReportDeclaration, type ReportRole, reportCatalogue } from '@rounds/contracts/http'
import type { ComputedName, ZoneClock } from '../csv/index.ts'

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
  /** What makes the rows out of these documents, sorted and cut to fields only then. Without it, they are the rows. */
  readonly stages?: readonly Stage[]
  readonly projection: Readonly<Record<string, 0 | 1>>
  readonly sort: Readonly<Record<string, 1>>
}

/** A doctor who wants to read the history of a patient. */
export interface Relation {
  readonly doctorId: string
  readonly patientId: string
}

/** One step of an aggregation. */
export type Stage = Readonly<Record<string, unknown>>

/** Where a report comes from; what may be asked and who may see what is declared in the catalogue of contracts. */
export interface ReportDefinition {
  readonly declaration: ReportDeclaration
  readonly collection: string
  /**
   * Which documents. Narrows by role on its own account, whatever the gateway has checked: a doctor's and a patient's
   * filter always name themselves. Throws `RefusedReportError` for parameters that make no sense together.
   */
  readonly filter: (asked: Asked) => Readonly<Record<string, unknown>>
  /** Between whom there must be a treatment relation: again on its own account. Without it nothing has to be. */
  readonly relation?: (asked: Asked) => Relation | undefined
  /** Makes rows out of the documents, each told from the others by a text in `_id`. Without it, the documents are the rows. */
  readonly stages?: (asked: Asked) => readonly Stage[]
  /** The same order each time, so that a second attempt writes the same bytes: no two rows may be equal in it. */
  readonly sort: Readonly<Record<string, 1>>
  /** Where in a row each column's value stands. */
  readonly paths: Readonly<Record<string, string>>
  /** Columns whose values stand nowhere but are made of others. */
  readonly computed?: Readonly<Record<string, ComputedName>>
}

/** Binds a source to a report of the catalogue. Throws when a declared column would have no value. */
export function defineReport(
  report: string,
  source: Omit<ReportDefinition, 'declaration'>,
): ReportDefinition {
  const declaration = reportCatalogue.find((one) => one.report === report)
  if (!declaration) throw new Error(`${report} is not in the catalogue`)
  const missing = declaration.columns.map(({ id }) => id).filter((id) => !sourceOf(source, id))
  if (missing.length > 0) throw new Error(`${report} has no source for ${missing.join(', ')}`)
  return { declaration, ...source }
}

/** Where the values of a column come from. */
export function sourceOf({ paths, computed = {} }: Pick<ReportDefinition, 'paths' | 'computed'>, id: string) {
  const name = computed[id]
  if (name) return { computed: name }
  const path = paths[id]
  return path ? { path } : undefined
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
