import { randomUUIDv7 } from 'node:crypto'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import {
  identifier,
  newPatient,
  type Patient,
  type PersonDocument,
  patient,
  patientChange,
  patientList,
  peopleQuery,
  peopleSearch,
} from '@rounds/contracts'
import type { FastifyRequest } from 'fastify'
import { type Static, Type } from 'typebox'
import type { Audit } from '../audit/index.ts'
import { etagOf, ifMatch, mustMatch, notFound, pageFrom, pageOf } from '../http/index.ts'
import { changedMeanwhile, numberTaken } from './errors.ts'
import type { People } from './people.ts'

export interface KeepPatientsDeps {
  readonly people: People
  readonly audit: Audit
  readonly auditRead: Audit
  readonly now: () => Date
  readonly zone: string
}

const tags = ['people']
const params = Type.Object({ patientId: identifier('The patient') })
const reading = { policy: { roles: ['admin', 'doctor', 'patient'], scope: 'people:read' } } as const
const writing = { policy: { roles: ['admin'], scope: 'people:write' } } as const

/** Patients: an admin keeps them, doctors see them, and each sees themself. */
export function patientRoutes({
  people,
  audit,
  auditRead,
  now,
  zone,
}: KeepPatientsDeps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/v1/patients',
      {
        schema: {
          tags,
          operationId: 'listPatients',
          summary: 'Patients by name',
          querystring: peopleQuery,
          response: { 200: patientList },
        },
        config: reading,
      },
      async (request) => pageOfPeople(request, request.query),
    )

    app.post(
      '/v1/patients/search',
      {
        schema: {
          tags,
          operationId: 'searchPatients',
          summary: 'Patients whose name or number begins so',
          description: 'By POST, so that no name travels in a URL.',
          body: peopleSearch,
          response: { 200: patientList },
        },
        config: reading,
      },
      async (request) => pageOfPeople(request, request.body),
    )

    app.get(
      '/v1/patients/:patientId',
      {
        schema: {
          tags,
          operationId: 'readPatient',
          summary: 'One patient',
          params,
          response: { 200: patient },
        },
        config: reading,
      },
      async (request, reply) => {
        const { principal } = request
        const found = await people.read(principal, 'patient', request.params.patientId)
        if (!found) throw notFound()
        const contacts = await people.contactsSeen(principal, [found._id])
        if (contacts.has(found._id) && principal.personId !== found._id)
          await audit(request, 'patient.opened', found._id)
        reply.header('etag', etagOf(found))
        return shownTo(contacts)(found)
      },
    )

    app.post(
      '/v1/patients',
      {
        schema: {
          tags,
          operationId: 'addPatient',
          summary: 'Enter a patient',
          body: newPatient,
          response: { 201: patient },
        },
        config: writing,
      },
      async (request, reply) => {
        const added: PersonDocument = {
          _id: randomUUIDv7(),
          kind: 'patient',
          language: 'en',
          ...request.body,
          zone,
          active: true,
          version: 1,
          createdAt: now(),
        }
        await audit(request, 'patient.added', added._id)
        if (!(await people.add(added))) throw numberTaken()
        reply.code(201).header('location', `/v1/patients/${added._id}`).header('etag', etagOf(added))
        return shown(added)
      },
    )

    app.patch(
      '/v1/patients/:patientId',
      {
        schema: {
          tags,
          operationId: 'changePatient',
          summary: 'Change what is known of a patient',
          params,
          headers: ifMatch,
          body: patientChange,
          response: { 200: patient },
        },
        config: writing,
      },
      async (request, reply) => {
        const found = await people.read(request.principal, 'patient', request.params.patientId)
        if (!found) throw notFound()
        mustMatch(request.headers['if-match'], found)
        await audit(request, 'patient.changed', found._id)
        if (!(await people.change(found, request.body))) throw changedMeanwhile()
        const changed = { ...found, ...request.body, version: found.version + 1 }
        reply.header('etag', etagOf(changed))
        return shown(changed)
      },
    )
  }
  async function pageOfPeople(request: FastifyRequest, asked: Static<typeof peopleQuery> & { q?: string }) {
    const { principal } = request
    const page = pageOf(asked)
    const found = await people.list(principal, 'patient', {
      ...page,
      ...(asked.q !== undefined && { q: asked.q }),
    })
    const contacts = await people.contactsSeen(
      principal,
      found.map(({ _id }) => _id),
    )
    if (principal.role !== 'patient') await auditRead(request, 'patients.listed', 'patients')
    return pageFrom(found, page.limit, ({ _id }) => ({ after: '', id: _id }), shownTo(contacts))
  }
}

/** How somebody can be reached is shown of these only. */
const shownTo = (contacts: ReadonlySet<string>) => (person: PersonDocument) => {
  const { mail: _mail, phone: _phone, ...rest } = shown(person)
  return contacts.has(person._id) ? shown(person) : rest
}

function shown({ _id, name, number, mail, phone, language, active, version }: PersonDocument): Patient {
  return {
    patientId: _id,
    name,
    number,
    ...(mail === undefined ? {} : { mail }),
    ...(phone === undefined ? {} : { phone }),
    language,
    active,
    version,
  }
}
