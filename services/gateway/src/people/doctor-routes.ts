import { randomUUIDv7 } from 'node:crypto'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import {
  type Doctor,
  doctor,
  doctorChange,
  doctorList,
  identifier,
  newDoctor,
  type PersonDocument,
  peopleQuery,
  peopleSearch,
} from '@rounds/contracts'
import { type Static, Type } from 'typebox'
import type { Audit } from '../audit/index.ts'
import { etagOf, ifMatch, mustMatch, notFound, type Principal, pageFrom, pageOf } from '../http/index.ts'
import { changedMeanwhile, noSuchDepartment, numberTaken } from './errors.ts'
import type { Departments, People } from './people.ts'

export interface KeepDoctorsDeps {
  readonly people: People
  readonly departments: Pick<Departments, 'read'>
  readonly audit: Audit
  readonly now: () => Date
  readonly zone: string
}

const tags = ['people']
const params = Type.Object({ doctorId: identifier('The doctor') })
const reading = {
  policy: { roles: ['admin', 'doctor', 'patient', 'ops', 'integrator'], scope: 'people:read' },
} as const
const writing = { policy: { roles: ['admin'], scope: 'people:write' } } as const

/** Doctors: an admin keeps them, everyone who is signed in sees those who work here. */
export function doctorRoutes({
  people,
  departments,
  audit,
  now,
  zone,
}: KeepDoctorsDeps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/v1/doctors',
      {
        schema: {
          tags,
          operationId: 'listDoctors',
          summary: 'Doctors by name',
          querystring: peopleQuery,
          response: { 200: doctorList },
        },
        config: reading,
      },
      async ({ principal, query }) => pageOfPeople(principal, query),
    )

    app.post(
      '/v1/doctors/search',
      {
        schema: {
          tags,
          operationId: 'searchDoctors',
          summary: 'Doctors whose name or number begins so',
          description: 'By POST, so that no name travels in a URL.',
          body: peopleSearch,
          response: { 200: doctorList },
        },
        config: reading,
      },
      async ({ principal, body }) => pageOfPeople(principal, body),
    )

    app.get(
      '/v1/doctors/:doctorId',
      {
        schema: { tags, operationId: 'readDoctor', summary: 'One doctor', params, response: { 200: doctor } },
        config: reading,
      },
      async ({ principal, params: { doctorId } }, reply) => {
        const found = await people.read(principal, 'doctor', doctorId)
        if (!found) throw notFound()
        reply.header('etag', etagOf(found))
        return shown(found)
      },
    )

    app.post(
      '/v1/doctors',
      {
        schema: {
          tags,
          operationId: 'addDoctor',
          summary: 'Enter a doctor',
          body: newDoctor,
          response: { 201: doctor },
        },
        config: writing,
      },
      async (request, reply) => {
        await mustWorkIn(request.principal, request.body.departmentId)
        const added: PersonDocument = {
          _id: randomUUIDv7(),
          kind: 'doctor',
          language: 'en',
          ...request.body,
          zone,
          active: true,
          version: 1,
          createdAt: now(),
        }
        await audit(request, 'doctor.added', added._id)
        if (!(await people.add(added))) throw numberTaken()
        reply.code(201).header('location', `/v1/doctors/${added._id}`).header('etag', etagOf(added))
        return shown(added)
      },
    )

    app.patch(
      '/v1/doctors/:doctorId',
      {
        schema: {
          tags,
          operationId: 'changeDoctor',
          summary: 'Change what is known of a doctor',
          params,
          headers: ifMatch,
          body: doctorChange,
          response: { 200: doctor },
        },
        config: writing,
      },
      async (request, reply) => {
        const found = await people.read(request.principal, 'doctor', request.params.doctorId)
        if (!found) throw notFound()
        mustMatch(request.headers['if-match'], found)
        if (request.body.departmentId !== undefined)
          await mustWorkIn(request.principal, request.body.departmentId)
        await audit(request, 'doctor.changed', found._id)
        if (!(await people.change(found, request.body))) throw changedMeanwhile()
        const changed = { ...found, ...request.body, version: found.version + 1 }
        reply.header('etag', etagOf(changed))
        return shown(changed)
      },
    )
  }

  async function mustWorkIn(principal: Principal, departmentId: string): Promise<void> {
    const found = await departments.read(principal, departmentId)
    if (!found?.active) throw noSuchDepartment()
  }
  async function pageOfPeople(principal: Principal, asked: Static<typeof peopleQuery> & { q?: string }) {
    const page = pageOf(asked)
    const found = await people.list(principal, 'doctor', {
      ...page,
      ...(asked.q !== undefined && { q: asked.q }),
    })
    return pageFrom(found, page.limit, ({ _id }) => ({ after: '', id: _id }), shown)
  }
}

function shown({ _id, name, number, departmentId = '', active, version }: PersonDocument): Doctor {
  return { doctorId: _id, name, number, departmentId, active, version }
}
