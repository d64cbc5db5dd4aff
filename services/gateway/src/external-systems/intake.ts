import { createHash } from 'node:crypto'
import type {
  AppointmentDocument,
  DepartmentDocument,
  EventResultDocument,
  HospitalEvent,
  IntakeDocument,
  PersonDocument,
  RejectionDocument,
  SystemDocument,
} from '@rounds/contracts'
import type { AuditDocument } from '../audit/index.ts'
import type { Page } from '../http/index.ts'

/** What taking other systems' events reads and writes. */
export interface Intake {
  /** What is kept of an event that was taken. */
  taken(key: string): Promise<Pick<IntakeDocument, 'appointmentId'> | undefined>
  /** Keeps that it was taken; false when somebody else did meanwhile. */
  keepTaken(intake: IntakeDocument): Promise<boolean>
  personBy(kind: 'patient' | 'doctor', number: string): Promise<PersonDocument | undefined>
  departmentBy(id: string): Promise<DepartmentDocument | undefined>
  appointment(id: string): Promise<AppointmentDocument | undefined>
  /** Writes it with what goes with it; false when it is there already. */
  make(appointment: AppointmentDocument, told: Told): Promise<boolean>
  /** Writes the change with what goes with it; false when the appointment is no longer the one that was read. */
  change(
    read: AppointmentDocument,
    set: { readonly [Field in keyof AppointmentDocument]?: AppointmentDocument[Field] | undefined },
    told: Told | undefined,
  ): Promise<boolean>
  /** Keeps what was not taken; the same again is counted. */
  keepRejection(rejection: Omit<RejectionDocument, 'times' | 'firstAt'>): Promise<void>
  /** Keeps what became of an event, for its system to ask; what was accepted stays so. */
  keepResult(result: EventResultDocument): Promise<void>
}

/** What is in the same write as a change: what it says, and who did it. So it accounts for what happened, and for that alone. */
export interface Told {
  readonly says: readonly HospitalEvent[]
  readonly entry: AuditDocument
}

/** What became of a system's events, for 30 days. */
export interface EventResults {
  /** The latest of this id, where several sources of the system used it. */
  one(system: string, eventId: string, source?: string): Promise<EventResultDocument | undefined>
  /** Newest first; one more than the page asks for. */
  list(system: string, page: Page, result?: EventResultDocument['result']): Promise<EventResultDocument[]>
}

/** Other systems: who may say something, and what was not taken of it. */
export interface Systems {
  /** Whoever holds the token of this hash, unless it was shut out. */
  behind(tokenHash: string): Promise<SystemDocument | undefined>
  by(id: string): Promise<SystemDocument | undefined>
  all(): Promise<readonly SystemDocument[]>
  /** False when one of that name may come already. One that was shut out is let in again. */
  letIn(system: SystemDocument): Promise<boolean>
  /** Answers whether there is one; the first time counts. */
  shutOut(id: string, at: Date): Promise<boolean>
  rejections(page: Page, system?: string): Promise<RejectionDocument[]>
  rejection(id: string): Promise<RejectionDocument | undefined>
}

/** By which an event of another system is known for ever. */
export const eventKey = (system: string, source: string, id: string) => hashOfAll(system, source, id)

/** The identifier of another system's appointment: the same for whoever hears of it first. */
export const appointmentIdOf = (system: string, appointmentNumber: string) =>
  hashOfAll(system, appointmentNumber)

function hashOfAll(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url')
}
