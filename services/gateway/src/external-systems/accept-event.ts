import { createHash, randomUUIDv7 } from 'node:crypto'
import type {
  EventResult,
  EventResultDocument,
  IntakeEvent,
  NotTaken,
  SystemDocument,
} from '@rounds/contracts'
import type { Cause, MakeEvent, Parcel } from '@rounds/messaging'
import { newsOf } from '../appointments/index.ts'
import type { AuditDocument } from '../audit/index.ts'
import { type Refusal, refusalOf, tooLong } from './authorize-event.ts'
import { appointmentIdOf, eventKey, type Intake } from './intake.ts'
import { happenedAt, hear } from './merge-event.ts'

export interface TakeEventDeps {
  readonly intake: Intake
  readonly longestVisitMinutes: number
  readonly make: MakeEvent
  readonly now: () => Date
}

/** What came, by which door, from where. */
export interface Arrival {
  readonly system: SystemDocument
  readonly door: 'nats' | 'http'
  /** IP address, or the door where there is none. */
  readonly from: string
  readonly at: Date
  /** The event, or why it is none. */
  readonly said: IntakeEvent | NotTaken
  /** What its `id` and `source` seem to be, also where it is no event: for the answer. */
  readonly named: { readonly id?: string; readonly source?: string }
  /** As it came, for those who look into why it was not taken. */
  readonly raw: Uint8Array
  readonly cause: Cause
}

export type TakeEvent = (arrival: Arrival) => Promise<EventResult>

/** Two events of one appointment at the same moment: the slower one looks again and decides anew. */
const rounds = 20
/** Too many changed one appointment at the same moment: to be tried again, and no fault of the event. */
export class ContendedError extends Error {
  override readonly name = 'ContendedError'
}

/** As much is kept of what was not taken. */
const longestRaw = 32 * 1024
const keptMs = 30 * 24 * 3_600_000

/**
 * Makes what another system said a change of the appointment, in one write with what it sets off here and the entry that
 * accounts for it; or keeps it aside with the reason. Doing it twice changes nothing: what is repeated is known by its key, and where two are at it at the
 * same moment, by the word that the appointment then stands at.
 */
export function takingEvents({ intake, longestVisitMinutes, make, now }: TakeEventDeps): TakeEvent {
  return async (arrival) => {
    const { said, system, at } = arrival
    const known = 'code' in said ? said : (refusalOf(system, said, at) ?? said)
    return 'code' in known ? rejected(arrival, known) : taken(arrival, known)
  }

  async function taken(arrival: Arrival, event: IntakeEvent): Promise<EventResult> {
    const system = arrival.system._id
    const key = eventKey(system, event.source, event.id)
    const before = await intake.taken(key)
    if (before) return { id: event.id, result: 'duplicate', appointmentId: before.appointmentId }
    const named = await lookUp(event)
    if ('code' in named) return rejected(arrival, named)
    const appointmentId = appointmentIdOf(system, event.data.appointmentNumber)
    const refusal = await put(appointmentId, { system, key, event, ...named }, arrival)
    if (refusal) return rejected(arrival, refusal)
    // Before the event is known for ever: what comes again then needs no write.
    await keepResult(arrival, key, { result: 'accepted', appointmentId })
    const isFirst = await intake.keepTaken({ _id: key, system, appointmentId, at: now() })
    return { id: event.id, result: isFirst ? 'accepted' : 'duplicate', appointmentId }
  }

  async function put(
    appointmentId: string,
    heard: Parameters<typeof hear>[2],
    arrival: Arrival,
  ): Promise<Refusal | undefined> {
    const cause = { ...arrival.cause, id: heard.key }
    const at = happenedAt(heard.event, now())
    for (let round = 1; round <= rounds; round++) {
      const before = await intake.appointment(appointmentId)
      const refusal = tooLong(heard.event, before, longestVisitMinutes)
      if (refusal) return refusal
      const hearing = hear(before, appointmentId, heard)
      if (hearing === 'known') return undefined
      if ('refusal' in hearing) return hearing.refusal
      if ('make' in hearing) {
        const { make: appointment, happened } = hearing
        const news = newsOf(happened, appointment, appointment, make, cause, at)
        if (
          await intake.make(appointment, { says: [news], entry: entryOf(arrival, happened, appointmentId) })
        )
          return undefined
      } else if (before) {
        const { set, happened } = hearing
        const after = { ...before, ...set, version: before.version + 1 } as typeof before
        const told = happened && {
          says: [newsOf(happened, before, after, make, cause, at)],
          entry: entryOf(arrival, happened, appointmentId),
        }
        if (await intake.change(before, set, told)) return undefined
      }
    }
    throw new ContendedError()
  }

  function entryOf({ system, from }: Arrival, happened: string, to: string): AuditDocument {
    return {
      _id: randomUUIDv7(),
      at: now(),
      who: system._id,
      role: 'system',
      did: `appointment.${happened}`,
      to,
      from,
    }
  }

  async function lookUp({ data }: IntakeEvent) {
    const [patient, doctor] = await Promise.all([
      intake.personBy('patient', data.patientNumber),
      intake.personBy('doctor', data.doctorNumber),
    ])
    if (!patient) return unknown('UNKNOWN_PATIENT', 'patientNumber')
    if (!doctor) return unknown('UNKNOWN_DOCTOR', 'doctorNumber')
    const departmentId = data.departmentId ?? doctor.departmentId
    const department = departmentId === undefined ? undefined : await intake.departmentBy(departmentId)
    if (!department) return unknown('UNKNOWN_DEPARTMENT', 'departmentId')
    return {
      patient: { id: patient._id, name: patient.name, number: patient.number },
      doctor: { id: doctor._id, name: doctor.name, number: doctor.number },
      department: { id: department._id, name: department.name },
    }
  }

  async function rejected(arrival: Arrival, { code, faults }: Refusal): Promise<EventResult> {
    const { system, door, said, named, raw, at } = arrival
    const rejectionId = createHash('sha256').update(`${system._id} ${code} `).update(raw).digest('base64url')
    await intake.keepRejection({
      _id: rejectionId,
      system: system._id,
      door,
      code,
      faults: [...faults].slice(0, 20),
      ...('type' in said ? { type: said.type } : {}),
      raw: raw.subarray(0, longestRaw),
      bytes: raw.byteLength,
      lastAt: at,
      expiresAt: new Date(at.getTime() + keptMs),
    })
    const { id, source = '' } = 'type' in said ? said : named
    const key = id === undefined ? rejectionId : eventKey(system._id, source, id)
    const result = { result: 'rejected', code, errors: faults.slice(0, 20).map(faultOf) } as const
    await keepResult(arrival, key, result)
    return { ...(id === undefined ? {} : { id }), ...result }
  }

  function keepResult(
    { system, door, said, named, at }: Arrival,
    _id: string,
    result: Pick<EventResultDocument, 'result' | 'appointmentId' | 'code' | 'errors'>,
  ): Promise<void> {
    const { id, source } = 'type' in said ? said : named
    return intake.keepResult({
      _id,
      system: system._id,
      ...(id === undefined ? {} : { eventId: id }),
      ...(source === undefined ? {} : { source }),
      ...('type' in said ? { type: said.type } : {}),
      door,
      ...result,
      at,
      expiresAt: new Date(at.getTime() + keptMs),
    })
  }
}

/** Headers and body of one event in one piece, for people to read. */
export function asItCame({ headers, body }: Pick<Parcel, 'headers' | 'body'>): Uint8Array {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\n`)
  return Buffer.concat([Buffer.from(`${lines.join('')}\n`), body])
}

const unknown = (code: Refusal['code'], field: string): Refusal => ({
  code,
  faults: [`/data/${field} is nobody's or nothing's here`],
})

function faultOf(line: string) {
  const [pointer = '/', ...detail] = line.split(' ')
  return { pointer, detail: detail.join(' ') }
}
