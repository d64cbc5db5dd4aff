import type { DepartmentDocument, PersonDocument } from '@rounds/contracts'
import type { Collection } from 'mongodb'
import type { ReadHistoryAccess } from '../appointments/index.ts'
import type { Subjects } from './report-request.ts'

/** Who and what a report may be about, looked up by index. */
export function mongoSubjects(collections: {
  readonly people: Collection<PersonDocument>
  readonly departments: Collection<DepartmentDocument>
  readonly historyAccess: ReadHistoryAccess
}): Subjects {
  const { people, departments, historyAccess } = collections
  const idOnly = { projection: { _id: 1 } }
  const exists = (found: unknown) => found !== null
  return {
    departmentExists: async (id) => exists(await departments.findOne({ _id: id }, idOnly)),
    doctorExists: async (id) => exists(await people.findOne({ _id: id, kind: 'doctor' }, idOnly)),
    patientExists: async (id) => exists(await people.findOne({ _id: id, kind: 'patient' }, idOnly)),
    historyAccess,
  }
}
