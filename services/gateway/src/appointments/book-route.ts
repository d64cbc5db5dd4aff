import { randomUUIDv7 } from 'node:crypto'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { type AppointmentDocument, appointment, appointmentBooked, newAppointment } from '@rounds/contracts'
import type { MakeEvent } from '@rounds/messaging'
import type { Audit } from '../audit/index.ts'
import { etagOf, type Principal, ProblemError } from '../http/index.ts'
import type { Departments, Kind, People } from '../people/index.ts'
import {
  type Appointments,
  type OpenVisitBounds,
  openedAppointment,
  type TooMany,
  timeTaken,
  whoAndWhere,
} from './appointments.ts'

export interface BookAppointmentDeps {
  readonly appointments: Pick<Appointments, 'book' | 'busy' | 'list'>
  readonly people: Pick<People, 'read'>
  readonly departments: Pick<Departments, 'read'>
  /** A visit that is booked here takes no longer. */
  readonly longestVisitMinutes: number
  /** Of what patients book for themselves. */
  readonly openVisitBounds: OpenVisitBounds
  readonly audit: Audit
  readonly make: MakeEvent
  readonly now: () => Date
}

export function bookAppointment(deps: BookAppointmentDeps): FastifyPluginAsyncTypebox {
  const { appointments, departments, audit, longestVisitMinutes, openVisitBounds, make, now } = deps
  return async (app) => {
    app.post(
      '/v1/appointments',
      {
        schema: {
          tags: ['appointments'],
          operationId: 'bookAppointment',
          summary: 'Make an appointment; a doctor with themself, a patient for themself',
          body: newAppointment,
          response: { 201: appointment },
        },
        config: { policy: { roles: ['admin', 'doctor', 'patient'], scope: 'appointments:write' } },
      },
      async (request, reply) => {
        const { principal, body } = request
        const { minutes = 15, reason = '', fee = '0' } = body
        const startsAt = new Date(body.startsAt)
        if (body.fee !== undefined && principal.role !== 'admin') throw refused('fee', 'is not yours to set')
        if (minutes > longestVisitMinutes) throw refused('minutes', `must be at most ${longestVisitMinutes}`)
        if (startsAt <= now()) throw refused('startsAt', 'must be in the future')
        const patient = await bookable(principal, 'patient', body.patientId)
        const doctor = await bookable(principal, 'doctor', body.doctorId)
        const department = doctor?.departmentId && (await departments.read(principal, doctor.departmentId))
        if (!patient) throw refused('patientId', 'is no patient you may book for')
        if (!doctor || !department) throw refused('doctorId', 'is no doctor you may book with')

        const booked: AppointmentDocument = {
          _id: randomUUIDv7(),
          status: 'booked',
          startsAt,
          minutes,
          patient: { id: patient._id, name: patient.name, number: patient.number },
          doctor: { id: doctor._id, name: doctor.name, number: doctor.number },
          department: { id: department._id, name: department.name },
          reason,
          fee,
          bookedAt: now(),
          bookedBy: principal.personId,
          version: 1,
        }
        const busy = await appointments.busy(booked)
        if (busy) throw timeTaken(busy)
        const bounds = principal.role === 'patient' ? openVisitBounds : undefined
        const tooMany = bounds && (await tooManyFor(principal, doctor._id, bounds))
        if (tooMany) throw tooMany
        await audit(request, 'appointment.booked', booked._id)
        const says = [make(appointmentBooked, whoAndWhere(booked), request.trace)]
        const written = await appointments.book(booked, says, bounds)
        if (written === 'too many' || written === 'too many with doctor')
          throw await tooManyOpen(principal, written)
        if (written !== 'written') throw timeTaken(written)
        reply.code(201).header('location', `/v1/appointments/${booked._id}`).header('etag', etagOf(booked))
        return openedAppointment(booked, principal)
      },
    )
  }

  /** For an answer before anything is written: of requests at the same moment the database lets no more through. */
  async function tooManyFor(principal: Principal, doctorId: string, bounds: OpenVisitBounds) {
    const open = await openOf(principal, bounds.ofPatient)
    if (open.length >= bounds.ofPatient) return tooManyOpen(principal, 'too many')
    const withDoctor = open.filter(({ doctor }) => doctor.id === doctorId)
    return withDoctor.length >= bounds.withDoctor ? tooManyOpen(principal, 'too many with doctor') : undefined
  }

  async function tooManyOpen(principal: Principal, which: TooMany): Promise<ProblemError> {
    const { ofPatient, withDoctor } = deps.openVisitBounds
    const open = await openOf(principal, shownOpen)
    return new ProblemError(409, 'TOO_MANY_OPEN_APPOINTMENTS', sentences[which], {
      detail:
        which === 'too many'
          ? `You may have at most ${ofPatient} visits to come that you booked yourself. Cancel one, or ask the hospital to book for you.`
          : `You may have at most ${withDoctor} visits to come with one doctor that you booked yourself. Cancel one, or ask the hospital to book for you.`,
      errors:
        which === 'too many' ? [] : [{ pointer: '/doctorId', detail: `has ${withDoctor} of your visits` }],
      openAppointments: open.map(({ _id, startsAt, doctor }) => ({
        appointmentId: _id,
        startsAt: startsAt.toISOString(),
        doctorName: doctor.name,
      })),
    })
  }

  /** What a patient booked for themself and is still to come. */
  async function openOf(principal: Principal, most: number) {
    const filter = { since: deps.now(), patientId: principal.personId, status: 'booked' } as const
    // The hospital may have booked some of them, which do not count.
    const found = await deps.appointments.list(principal, filter, 'soonest', { limit: most + shownOpen })
    return found.filter(({ bookedBy }) => bookedBy === principal.personId).slice(0, most)
  }

  /** A patient books for themself and a doctor with themself; for anyone else the answer is as if they did not exist. */
  async function bookable(principal: Principal, kind: Kind, id: string) {
    if (principal.role === kind && principal.personId !== id) return undefined
    const person = await deps.people.read(principal, kind, id)
    return person?.active ? person : undefined
  }
}

const shownOpen = 50

const sentences: Readonly<Record<TooMany, string>> = {
  'too many': 'You have as many visits to come as you may book yourself',
  'too many with doctor': 'You have as many visits to come with this doctor as you may book yourself',
}

const refused = (field: string, detail: string) =>
  new ProblemError(422, 'CANNOT_BOOK', 'This appointment cannot be made', {
    errors: [{ pointer: `/${field}`, detail }],
  })
