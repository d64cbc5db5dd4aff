import type { DepartmentDocument, PersonDocument } from '@rounds/contracts'
import type { Page, Principal } from '../http/index.ts'

export type Kind = 'patient' | 'doctor'

export interface Search extends Page {
  /** How a name or a number begins. */
  readonly q?: string
}

/** The people of the hospital, as far as the one who asks may see them. */
export interface People {
  read(principal: Principal, kind: Kind, id: string): Promise<PersonDocument | undefined>
  /** By name; one more than the page asks for. */
  list(principal: Principal, kind: Kind, search: Search): Promise<PersonDocument[]>
  /** Whose contact data, among these patients, somebody may see: a doctor their own patients', a patient their own. */
  contactsSeen(principal: Principal, patientIds: readonly string[]): Promise<ReadonlySet<string>>
  /** Names of people, by identifier. */
  namesOf(personIds: readonly string[]): Promise<ReadonlyMap<string, string>>
  /** Somebody who is active, whoever asks. */
  active(personId: string): Promise<PersonDocument | undefined>
  /** False when the number is taken. */
  add(person: PersonDocument): Promise<boolean>
  /** False when somebody changed them meanwhile. A new name also goes to where appointments show it. */
  change(person: PersonDocument, change: Partial<PersonDocument>): Promise<boolean>
}

export interface Departments {
  read(principal: Principal, id: string): Promise<DepartmentDocument | undefined>
  list(principal: Principal, search: Search): Promise<DepartmentDocument[]>
  add(department: DepartmentDocument): Promise<void>
  change(department: DepartmentDocument, change: Partial<DepartmentDocument>): Promise<boolean>
}

/** Who among these people has a treatment relation with the doctor. Emergency access makes none. */
export type PatientsTreated = (doctorId: string, among: readonly string[]) => Promise<ReadonlySet<string>>
