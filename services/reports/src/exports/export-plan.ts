import type { ReportRequested } from '@rounds/contracts'
import { type ReportColumn, reportFor } from '@rounds/contracts/http'
import { Value } from 'typebox/value'
import { type CsvColumn, computedValues, type ZoneClock } from '../csv/index.ts'
import {
  RefusedReportError,
  type Relation,
  type ReportDefinition,
  type RowQuery,
  sourceOf,
} from './define-report.ts'
import { definitionOf } from './reports/all-reports.ts'

export interface ExportPlan {
  readonly columns: readonly CsvColumn[]
  readonly query: RowQuery
  /** Who must treat whom, or the report is refused or narrowed at the moment of reading. */
  readonly relation?: Relation
}

/**
 * What to read and which columns to write, decided from the request alone. Checks again all that the gateway checked:
 * the event may be older than the gateway's rules, or not the gateway's. Throws `RefusedReportError`.
 */
export function planExport(request: ReportRequested['data'], clock: ZoneClock): ExportPlan {
  const { report, role, parameters, requestedBy } = request
  const definition = definitionOf(report)
  const declaration = reportFor(report, role)
  // The same answer for what does not exist and for what this role may not have.
  if (!definition || !declaration) throw new RefusedReportError('UNKNOWN_REPORT', 'There is no such report.')
  if (!Value.Check(declaration.parameters, parameters)) {
    throw new RefusedReportError(
      'INVALID_PARAMETERS',
      'A filter of this report has a value that it cannot have.',
    )
  }
  const columns = columnsOf(definition, declaration.columns, request.columns)
  const asked = { parameters, role, requestedBy, clock }
  const filter = definition.filter(asked)
  const relation = definition.relation?.(asked)
  const stages = definition.stages?.(asked)
  return {
    columns,
    ...(relation && { relation }),
    query: {
      collection: definition.collection,
      filter,
      ...(stages && { stages }),
      // Whole fields: MongoDB cuts out parts of them much slower than we skip what we do not want. `_id` is always there,
      // to tell which document had to be set aside.
      projection: Object.fromEntries(columns.flatMap(fieldsOf).map((field) => [field, 1 as const])),
      sort: definition.sort,
    },
  }
}

/** The columns asked for, in that order, or all that this role may see. */
function columnsOf(
  definition: ReportDefinition,
  visible: readonly ReportColumn[],
  wanted: readonly string[] = visible.map(({ id }) => id),
): readonly CsvColumn[] {
  return wanted.map((id) => {
    const column = visible.find((one) => one.id === id)
    const source = column && sourceOf(definition, id)
    if (!source) throw new RefusedReportError('UNKNOWN_COLUMN', 'A column that was asked for does not exist.')
    return { id, header: column.header, type: column.type, ...source }
  })
}

const fieldsOf = (column: CsvColumn) =>
  'computed' in column ? computedValues[column.computed].from : [column.path.replace(/\..*/, '')]
