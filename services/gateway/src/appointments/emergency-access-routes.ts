import { randomUUIDv7 } from 'node:crypto'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import {
  type EmergencyAccess,
  type EmergencyAccessDocument,
  emergencyAccess,
  emergencyAccessList,
  emergencyAccessQuery,
  newEmergencyAccess,
} from '@rounds/contracts'
import type { Audit } from '../audit/index.ts'
import { type Page, ProblemError, pageFrom, pageOf } from '../http/index.ts'
import type { People } from '../people/index.ts'

export interface EmergencyAccesses {
  add(access: EmergencyAccessDocument): Promise<void>
  /** Newest first, one more than the page asks for. */
  list(page: Page): Promise<EmergencyAccessDocument[]>
}

export interface OpenEmergencyAccessDeps {
  readonly emergencyAccesses: EmergencyAccesses
  readonly people: Pick<People, 'read'>
  readonly namesOf: (personIds: readonly string[]) => Promise<ReadonlyMap<string, string>>
  readonly audit: Audit
  readonly now: () => Date
}

/** Long enough to read a history and to act on it. */
const lastsMs = 3_600_000

const tags = ['emergency access']

/** Break-glass: a doctor reads the history of somebody whom they do not treat, for an hour, and says why. */
export function openEmergencyAccess(deps: OpenEmergencyAccessDeps): FastifyPluginAsyncTypebox {
  const { emergencyAccesses, people, audit, now } = deps
  return async (app) => {
    app.post(
      '/v1/emergency-access',
      {
        schema: {
          tags,
          operationId: 'openEmergencyAccess',
          summary: 'Open the history of a patient whom you do not treat, for one hour',
          description:
            'Break-glass. It is written to the audit, and admins see it with its reason. In person only: no token opens it.',
          body: newEmergencyAccess,
          response: { 201: emergencyAccess },
        },
        config: { policy: { roles: ['doctor'], scope: 'session' } },
      },
      async (request, reply) => {
        const { principal, body } = request
        const patient = await people.read(principal, 'patient', body.patientId)
        if (!patient)
          throw new ProblemError(422, 'UNKNOWN_PATIENT', 'There is no such patient', {
            errors: [{ pointer: '/patientId', detail: 'is not known' }],
          })
        const at = now()
        const access: EmergencyAccessDocument = {
          _id: randomUUIDv7(),
          doctorId: principal.personId,
          patientId: patient._id,
          reason: body.reason.trim(),
          at,
          until: new Date(at.getTime() + lastsMs),
        }
        // Under the patient's identifier: whoever asks the audit who read of a patient finds it.
        await audit(request, 'emergency-access.opened', patient._id)
        await emergencyAccesses.add(access)
        reply.code(201)
        return shown(
          access,
          new Map([
            [patient._id, patient.name],
            [principal.personId, principal.name],
          ]),
        )
      },
    )

    app.get(
      '/v1/emergency-access',
      {
        schema: {
          tags,
          operationId: 'listEmergencyAccess',
          summary: 'Which doctor opened whose history without treating them, and why; newest first',
          querystring: emergencyAccessQuery,
          response: { 200: emergencyAccessList },
        },
        config: { policy: { roles: ['admin'], scope: 'audit:read' } },
      },
      async (request) => {
        const page = pageOf(request.query)
        const found = await emergencyAccesses.list(page)
        const names = await deps.namesOf(found.flatMap(({ doctorId, patientId }) => [doctorId, patientId]))
        return pageFrom(
          found,
          page.limit,
          ({ at, _id }) => ({ after: at.toISOString(), id: _id }),
          (access) => shown(access, names),
        )
      },
    )
  }
}

function shown(access: EmergencyAccessDocument, names: ReadonlyMap<string, string>): EmergencyAccess {
  const { _id, doctorId, patientId, reason, at, until } = access
  const who = (id: string) => ({ id, name: names.get(id) ?? id })
  return {
    accessId: _id,
    doctor: who(doctorId),
    patient: who(patientId),
    reason,
    at: at.toISOString(),
    until: until.toISOString(),
  }
}
