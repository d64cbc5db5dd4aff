import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { appointment, appointmentChange, identifier } from '@rounds/contracts'
import type { MakeEvent } from '@rounds/messaging'
import { Type } from 'typebox'
import type { Audit } from '../audit/index.ts'
import { etagOf, mustMatch, notFound, ProblemError } from '../http/index.ts'
import { newsOf } from './appointment-events.ts'
import { type Appointments, openedAppointment, timeTaken } from './appointments.ts'
import { decide, type Refusal, signed } from './change-appointment.ts'

export interface ChangeAppointmentDeps {
  readonly appointments: Pick<Appointments, 'read' | 'change' | 'busy'>
  readonly audit: Audit
  readonly make: MakeEvent
  readonly now: () => Date
  readonly zone: string
}

/** Two who change one appointment at the same moment: the slower one looks again and decides anew. */
const rounds = 3

export function changeAppointment(deps: ChangeAppointmentDeps): FastifyPluginAsyncTypebox {
  const { appointments, audit, make, now, zone } = deps
  return async (app) => {
    app.patch(
      '/v1/appointments/:appointmentId',
      {
        schema: {
          tags: ['appointments'],
          operationId: 'changeAppointment',
          summary: 'Check, cancel, reschedule, or mark as missed',
          description:
            '`checked` means that the doctor has seen the patient: FHIR `fulfilled`, not `checked-in`. Asking for what stands already changes nothing and is answered alike. A patient may cancel their own before it begins.',
          params: Type.Object({ appointmentId: identifier('The appointment') }),
          headers: Type.Object({ 'if-match': Type.Optional(Type.String({ maxLength: 200 })) }),
          body: appointmentChange,
          response: { 200: appointment },
        },
        config: { policy: { roles: ['admin', 'doctor', 'patient'], scope: 'appointments:write' } },
      },
      async (request, reply) => {
        const { principal, body, params } = request
        for (let round = 1; round <= rounds; round++) {
          const read = await appointments.read(principal, params.appointmentId)
          if (!read) throw notFound()
          mustMatch(request.headers['if-match'], read)
          const decision = decide(read, body, principal.role === 'patient' ? 'patient' : 'staff', now(), zone)
          if (typeof decision === 'string') throw problemOf(decision)
          if (decision === undefined) {
            reply.header('etag', etagOf(read))
            return openedAppointment(read, principal)
          }
          const { happened } = decision
          const set = signed(decision.set, read, principal, now(), zone)
          const changed = { ...read, ...set, version: read.version + 1 }
          const busy = set.startsAt && (await appointments.busy(changed))
          if (busy) throw timeTaken(busy)
          await audit(request, `appointment.${happened}`, read._id)
          const says = [newsOf(happened, read, changed, make, request.trace, now())]
          const written = await appointments.change(principal, read, set, says)
          if (written === 'doctor' || written === 'patient') throw timeTaken(written)
          if (written === 'written') {
            reply.header('etag', etagOf(changed))
            return openedAppointment(changed, principal)
          }
        }
        throw new ProblemError(409, 'CHANGED_MEANWHILE', 'Somebody else is changing this appointment')
      },
    )
  }
}

const sentences: Readonly<Record<Refusal, [status: 403 | 409 | 422, code: string, title: string]>> = {
  'already checked': [
    409,
    'ALREADY_CHECKED',
    'The patient has been seen, and it was written down differently',
  ],
  'was cancelled': [409, 'WAS_CANCELLED', 'The appointment was cancelled'],
  'was missed': [409, 'WAS_MISSED', 'The patient did not come to this appointment'],
  'too early': [409, 'TOO_EARLY', 'The appointment is still to come'],
  'already begun': [403, 'ALREADY_BEGUN', 'The appointment has begun; ask the ward'],
  'in the past': [422, 'IN_THE_PAST', 'An appointment cannot be moved into the past'],
  'not by the patient': [403, 'NOT_BY_THE_PATIENT', 'Only the ward may do this; a patient may cancel'],
}

function problemOf(refusal: Refusal): ProblemError {
  const [status, code, title] = sentences[refusal]
  return new ProblemError(status, code, title, {
    errors: refusal === 'in the past' ? [{ pointer: '/startsAt', detail: 'must be in the future' }] : [],
  })
}
