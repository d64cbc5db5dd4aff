import { eventFamilies } from '@rounds/contracts'
import { testServers } from '@rounds/local-servers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestServer } from '../../test/open-door.ts'

describe('what the door promises', () => {
  let door: Awaited<ReturnType<typeof createTestServer>>
  let document: {
    openapi: string
    paths: Record<string, Record<string, Operation>>
    components: { schemas: object }
  }
  interface Operation {
    operationId?: string
    tags?: string[]
    summary?: string
    security?: object[]
    parameters?: { name: string; in: string; required?: boolean; schema: object }[]
    requestBody?: { content: Record<string, { schema: object }> }
    responses: Record<string, { content?: Record<string, unknown> }>
  }
  beforeAll(async () => {
    door = await createTestServer(testServers().freshDatabase())
    document = (await door.anyone('GET', '/openapi.json')).body
  })
  afterAll(() => door.close())

  it('stands in an OpenAPI 3.1 document: every route with a name of its own, a sentence, and who may call', () => {
    expect(document.openapi).toMatch(/^3\.1\./)
    const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods))
    for (const operation of operations) {
      expect(operation).toMatchObject({
        operationId: expect.any(String),
        summary: expect.any(String),
        security: expect.any(Array),
      })
      expect(operation.tags).toHaveLength(1)
      expect(Object.keys(operation.responses).filter((status) => status.startsWith('2'))).not.toEqual([])
      expect(operation.responses.default?.content).toHaveProperty('application/problem+json')
    }
    const names = operations.map(({ operationId }) => operationId)
    expect(new Set(names).size).toBe(names.length)
  })

  it('refers only to schemas that are in the document', () => {
    const references = JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)
    for (const [, name] of references) expect(document.components.schemas).toHaveProperty(String(name))
    expect(document.components.schemas).toHaveProperty('Problem')
  })

  const operations = () => Object.values(document.paths).flatMap((methods) => Object.values(methods))
  const schemasIn = (node: unknown): Record<string, unknown>[] =>
    typeof node === 'object' && node !== null
      ? [node as Record<string, unknown>, ...Object.values(node).flatMap(schemasIn)]
      : []

  it('has no union of constants and no constant: generators make enums of enums alone', () => {
    for (const schema of schemasIn(document)) {
      expect(schema).not.toHaveProperty('const')
      if (Array.isArray(schema.anyOf)) expect(schema.anyOf.every((one) => 'enum' in one)).toBe(false)
    }
    const { JobState, RejectionCode, Job } = document.components.schemas as Record<
      string,
      Record<string, never>
    >
    expect(JobState).toMatchObject({ type: 'string', enum: expect.arrayContaining(['queued', 'cancelled']) })
    expect(RejectionCode).toMatchObject({ type: 'string' })
    expect(Job).toMatchObject({ properties: { state: { $ref: '#/components/schemas/JobState' } } })
  })

  it('has no field whose inline schema a generator would call by the name of another', () => {
    const schemas = document.components.schemas as Record<
      string,
      { properties?: Record<string, { type?: string }> }
    >
    for (const [name, { properties = {} }] of Object.entries(schemas))
      for (const [field, { type }] of Object.entries(properties))
        if (type === 'object')
          expect(Object.keys(schemas)).not.toContain(
            `${name}${field.charAt(0).toUpperCase()}${field.slice(1)}`,
          )
  })

  it('names every body, in and out, unless it is a text', () => {
    for (const { operationId, requestBody, responses } of operations()) {
      for (const { content = {} } of [requestBody ?? {}, ...Object.values(responses)]) {
        for (const [type, { schema }] of Object.entries(content as Record<string, { schema: object }>))
          expect([operationId, type, schema]).toEqual([
            operationId,
            type,
            expect.toSatisfy((one) => '$ref' in one || one.type === 'string'),
          ])
      }
    }
  })

  it('has texts that are strings and bytes that are binary, and bytes first: generators take one type of several', () => {
    for (const { operationId, responses } of operations()) {
      for (const { content = {} } of Object.values(responses)) {
        const bodies = Object.entries(content as Record<string, { schema: { format?: string } }>)
        for (const [type, { schema }] of bodies)
          if (type.startsWith('text/'))
            expect([operationId, type, schema]).toEqual([operationId, type, { type: 'string' }])
        const isBinary = bodies.map(([, { schema }]) => schema.format === 'binary')
        if (isBinary.includes(true)) expect([operationId, isBinary[0]]).toEqual([operationId, true])
      }
    }
  })

  it('says of each operation who may call it, with which scope, and how it refuses', () => {
    const byId = new Map(operations().map((one) => [one.operationId, one]))
    expect(byId.get('requestReport')?.security).toEqual([{ session: [] }, { token: ['reports:write'] }])
    expect(byId.get('registerSystem')?.security).toEqual([{ session: [] }])
    expect(byId.get('eventRoutes')?.security).toEqual([{ system: [] }])
    for (const { operationId, security = [], responses } of operations()) {
      const named = Object.keys(responses).filter((status) => status.startsWith('4'))
      expect([operationId, named]).toEqual([operationId, expect.arrayContaining(['429'])])
      if (security.length > 0)
        expect([operationId, named]).toEqual([operationId, expect.arrayContaining(['401'])])
    }
  })

  it('has integers for integers, and asks for the headers that are needed', () => {
    const parameters = operations().flatMap((one) => one.parameters ?? [])
    for (const { name, schema } of parameters)
      if (name === 'limit') expect(schema).toMatchObject({ type: 'integer', minimum: 1, maximum: 200 })
    const needed = (id: string) =>
      operations()
        .find(({ operationId }) => operationId === id)
        ?.parameters?.filter(({ required }) => required)
        .map(({ name }) => name)
    expect(needed('requestReport')).toEqual(['idempotency-key'])
    expect(needed('sendMail')).toEqual(['idempotency-key'])
  })

  it('describes an event of another system in each of its modes', () => {
    const { AppointmentEvent, AppointmentEventData } = document.components.schemas as Record<string, object>
    expect(AppointmentEvent).toMatchObject({
      required: expect.arrayContaining(['specversion', 'id', 'source', 'type', 'time', 'data']),
      properties: { data: { $ref: '#/components/schemas/AppointmentEventData' } },
    })
    expect(AppointmentEventData).toMatchObject({ properties: { minutes: { type: 'integer' } } })
    const take = operations().find(({ operationId }) => operationId === 'eventRoutes')
    expect(take?.requestBody?.content).toMatchObject({
      'application/cloudevents+json': { schema: { $ref: '#/components/schemas/AppointmentEvent' } },
      'application/json': { schema: { $ref: '#/components/schemas/AppointmentEventData' } },
    })
  })

  it('can be tried on a page whose scripts all come from here', async () => {
    const { status, body } = await door.anyone('GET', '/docs')
    expect(status).toBe(200)
    expect(body).not.toMatch(/<script(?![^>]*\ssrc=)[^>]*>[^<]*\S/)
    for (const [, file] of String(body).matchAll(/(?:src|href)="([^"]+)"/g)) {
      expect([file, (await door.anyone('GET', String(file))).status]).toEqual([file, 200])
    }
  })

  it('has a JSON Schema for every event', async () => {
    for (const { type } of Object.values(eventFamilies).flat()) {
      const { status, body } = await door.anyone('GET', `/schemas/${type}/v1`)
      expect([status, body.title]).toEqual([200, type])
    }
    expect((await door.anyone('GET', '/schemas/appointment.eaten/v1')).status).toBe(404)
  })
})
