import {
  type ReportDeclaration,
  type ReportRequest,
  type ReportRole,
  reportCatalogue,
  reportFor,
} from '@rounds/contracts'
import { Compile } from 'typebox/compile'
import type { ReadHistoryAccess } from '../appointments/index.ts'
import { type Fault, faultsOf } from '../http/index.ts'
import { fileNameFor } from './file-name.ts'
import type { Wish } from './job.ts'

/** What has to be looked up to decide; `subjects.ts` names each question. */
export interface Subjects {
  departmentExists(departmentId: string): Promise<boolean>
  doctorExists(doctorId: string): Promise<boolean>
  patientExists(patientId: string): Promise<boolean>
  readonly historyAccess: ReadHistoryAccess
}

/** For whom it is decided. */
export interface Asker {
  readonly personId: string
  readonly role: ReportRole
}

export type Decision = { readonly wish: Wish } | Refused

interface Refused {
  readonly faults: readonly Fault[]
  /** The patient exists, and the doctor treats them not: emergency access would help. */
  readonly code?: 'NO_TREATMENT_RELATION'
}

/**
 * Whether this person may have this report, and exactly which one: whoever may see only their own gets it narrowed to
 * themself. Somebody else's is answered like something that does not exist.
 */
export async function decide(request: ReportRequest, asker: Asker, subjects: Subjects): Promise<Decision> {
  const declaration = reportFor(request.report, asker.role)
  if (!declaration) return fault('/report', 'is not a report you can ask for; see /v1/reports/catalogue')

  const parameters = request.parameters ?? {}
  const faults = [
    ...parameterFaults(declaration, parameters),
    ...periodFaults(parameters),
    ...columnFaults(declaration, request.columns ?? []),
  ]
  if (faults.length > 0) return { faults }

  const narrowed = narrowTo(asker, declaration, parameters)
  if (declaration.report === 'treatment-history' && narrowed.patientId === undefined) {
    return fault('/parameters/patientId', 'is missing')
  }
  const strangers = await unknownSubjects(narrowed, asker, subjects)
  if (strangers.length > 0) return { faults: strangers }
  if (await isNotTreated(narrowed, asker, subjects)) return notTreated

  const { flavour = 'standard', gzip = false, columns } = request
  const wish = {
    report: declaration.report,
    parameters: narrowed,
    ...(columns ? { columns } : {}),
    flavour,
    gzip,
  }
  return { wish: { ...wish, fileName: fileNameFor({ ...wish, chosen: request.fileName }) } }
}

const fault = (pointer: string, detail: string) => ({ faults: [{ pointer, detail }] })

const notTreated: Refused = {
  code: 'NO_TREATMENT_RELATION',
  faults: [{ pointer: '/parameters/patientId', detail: 'is not a patient whom you treat' }],
}

async function isNotTreated({ patientId }: Record<string, string>, asker: Asker, subjects: Subjects) {
  if (asker.role !== 'doctor' || patientId === undefined) return false
  return (await subjects.historyAccess(asker.personId, patientId)) === 'none'
}

const validators = new Map(reportCatalogue.map(({ report, parameters }) => [report, Compile(parameters)]))

function parameterFaults(declaration: ReportDeclaration, parameters: Record<string, string>): Fault[] {
  // What stands at the root is said again, field by field.
  const errors = validators.get(declaration.report)?.Errors(parameters) ?? []
  const found = errors.filter(({ instancePath }) => instancePath !== '')
  const [strange, wrong] = [found.filter(isStrange), found.filter((error) => !isStrange(error))]
  return [
    ...strange.map(({ instancePath }) => ({
      pointer: instancePath,
      detail: `is not a filter of ${declaration.report}`,
    })),
    ...[...Map.groupBy(wrong, fieldOf).values()].flatMap((errors) => faultsOf(errors)),
  ].map(({ pointer, detail }) => ({ pointer: `/parameters${pointer}`, detail }))
}

const fieldOf = ({ instancePath }: { readonly instancePath: string }) => instancePath

/** A closed object refuses a field it does not know by the schema `false`. */
const isStrange = ({ keyword }: { readonly keyword: string }) => keyword === 'boolean'

function periodFaults({ from, to }: Record<string, string>): Fault[] {
  // Days as YYYY-MM-DD compare as they read.
  return from && to && to < from ? [{ pointer: '/parameters/to', detail: 'ends before it begins' }] : []
}

function columnFaults(declaration: ReportDeclaration, columns: readonly string[]): Fault[] {
  const known = new Set(declaration.columns.map(({ id }) => id))
  return columns.flatMap((column, index) =>
    known.has(column)
      ? []
      : [{ pointer: `/columns/${index}`, detail: `is not a column of ${declaration.report}` }],
  )
}

function narrowTo(
  { role, personId }: Asker,
  { parameters: { properties } }: ReportDeclaration,
  parameters: Record<string, string>,
) {
  if (role === 'patient') return { patientId: personId, ...parameters }
  if (role === 'doctor' && 'doctorId' in properties) return { doctorId: personId, ...parameters }
  return parameters
}

async function unknownSubjects(
  { departmentId, doctorId, patientId }: Record<string, string>,
  { role, personId }: Asker,
  subjects: Subjects,
): Promise<Fault[]> {
  const isSelf = async (id: string) => id === personId
  const isDoctor = role === 'admin' ? subjects.doctorExists : isSelf
  const isPatient = role === 'patient' ? isSelf : subjects.patientExists
  const checks = [
    { name: 'departmentId', id: departmentId, isKnown: subjects.departmentExists },
    { name: 'doctorId', id: doctorId, isKnown: isDoctor },
    { name: 'patientId', id: patientId, isKnown: isPatient },
  ]
  const faults = checks.map(async ({ name, id, isKnown }) =>
    id === undefined || (await isKnown(id))
      ? []
      : [{ pointer: `/parameters/${name}`, detail: 'is not known' }],
  )
  return (await Promise.all(faults)).flat()
}
