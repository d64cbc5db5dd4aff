import { randomUUIDv7 } from 'node:crypto'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import {
  type Department,
  type DepartmentDocument,
  department,
  departmentChange,
  departmentList,
  departmentQuery,
  identifier,
  newDepartment,
} from '@rounds/contracts'
import { Type } from 'typebox'
import type { Audit } from '../audit/index.ts'
import { etagOf, ifMatch, mustMatch, notFound, pageFrom, pageOf } from '../http/index.ts'
import { changedMeanwhile } from './errors.ts'
import type { Departments } from './people.ts'

export interface KeepDepartmentsDeps {
  readonly departments: Departments
  readonly audit: Audit
}

const tags = ['people']
const params = Type.Object({ departmentId: identifier('The department') })
const reading = {
  policy: { roles: ['admin', 'doctor', 'patient', 'ops', 'integrator'], scope: 'people:read' },
} as const
const writing = { policy: { roles: ['admin'], scope: 'people:write' } } as const

export function departmentRoutes({ departments, audit }: KeepDepartmentsDeps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/v1/departments',
      {
        schema: {
          tags,
          operationId: 'listDepartments',
          summary: 'Departments by name',
          querystring: departmentQuery,
          response: { 200: departmentList },
        },
        config: reading,
      },
      async ({ principal, query }) => {
        const page = pageOf(query)
        const found = await departments.list(principal, { ...query, ...page })
        return pageFrom(found, page.limit, ({ _id }) => ({ after: '', id: _id }), shown)
      },
    )

    app.get(
      '/v1/departments/:departmentId',
      {
        schema: {
          tags,
          operationId: 'readDepartment',
          summary: 'One department',
          params,
          response: { 200: department },
        },
        config: reading,
      },
      async ({ principal, params: { departmentId } }, reply) => {
        const found = await departments.read(principal, departmentId)
        if (!found) throw notFound()
        reply.header('etag', etagOf(found))
        return shown(found)
      },
    )

    app.post(
      '/v1/departments',
      {
        schema: {
          tags,
          operationId: 'addDepartment',
          summary: 'Enter a department',
          body: newDepartment,
          response: { 201: department },
        },
        config: writing,
      },
      async (request, reply) => {
        const added: DepartmentDocument = { _id: randomUUIDv7(), ...request.body, active: true, version: 1 }
        await audit(request, 'department.added', added._id)
        await departments.add(added)
        reply.code(201).header('location', `/v1/departments/${added._id}`).header('etag', etagOf(added))
        return shown(added)
      },
    )

    app.patch(
      '/v1/departments/:departmentId',
      {
        schema: {
          tags,
          operationId: 'changeDepartment',
          summary: 'Rename a department, or switch it off',
          params,
          headers: ifMatch,
          body: departmentChange,
          response: { 200: department },
        },
        config: writing,
      },
      async (request, reply) => {
        const found = await departments.read(request.principal, request.params.departmentId)
        if (!found) throw notFound()
        mustMatch(request.headers['if-match'], found)
        await audit(request, 'department.changed', found._id)
        if (!(await departments.change(found, request.body))) throw changedMeanwhile()
        const changed = { ...found, ...request.body, version: found.version + 1 }
        reply.header('etag', etagOf(changed))
        return shown(changed)
      },
    )
  }
}

function shown({ _id, name, active, version }: DepartmentDocument): Department {
  return { departmentId: _id, name, active, version }
}
