import { describe, expect, it } from 'vitest'
import { clientDocument } from './client-document.ts'

const state = {
  anyOf: [
    { const: 'open', type: 'string' },
    { const: 'done', type: 'string' },
  ],
}
const task = {
  type: 'object',
  required: ['state'],
  properties: { state, parent: { anyOf: [{ type: 'null' }, { type: 'string' }] } },
}
const document = (schema: object, parameters: object[] = []) => ({
  paths: {
    '/tasks': {
      get: {
        operationId: 'readTask',
        parameters,
        responses: { 200: { content: { 'application/json': { schema } } } },
      },
    },
  },
  components: { schemas: { Problem: { type: 'object' } } },
})
const made = (schema: object, named: Record<string, object> = {}, parameters: object[] = []) => {
  const { paths, components } = clientDocument(document(schema, parameters), named)
  const { responses, parameters: read } = paths['/tasks'].get
  return {
    schema: responses[200].content['application/json'].schema,
    schemas: components.schemas as Record<string, unknown>,
    read,
  }
}

describe('a document for clients', () => {
  it('refers to what the contracts name, wherever it stands, and keeps what was there', () => {
    const { schema, schemas } = made(
      { type: 'object', properties: { items: { type: 'array', items: task } } },
      { Task: task, State: state },
    )

    expect(schema).toEqual({ $ref: '#/components/schemas/ReadTaskResponse' })
    expect(schemas).toEqual({
      Problem: { type: 'object' },
      State: { type: 'string', enum: ['open', 'done'] },
      Task: {
        type: 'object',
        required: ['state'],
        properties: { state: { $ref: '#/components/schemas/State' }, parent: { type: ['string', 'null'] } },
      },
      ReadTaskResponse: {
        type: 'object',
        properties: { items: { type: 'array', items: { $ref: '#/components/schemas/Task' } } },
      },
    })
  })

  it('leaves a property alone that is called like a keyword', () => {
    const fields = { const: { type: 'string' }, pattern: { type: 'string' }, anyOf: { type: 'integer' } }

    expect(made({ type: 'object', properties: fields }).schemas.ReadTaskResponse).toEqual({
      type: 'object',
      properties: fields,
    })
  })

  it('leaves a union that is none of constants', () => {
    const union = { anyOf: [{ type: 'string' }, { const: 7 }] }

    expect(made(union).schemas.ReadTaskResponse).toEqual({
      anyOf: [{ type: 'string' }, { type: 'integer', enum: [7] }],
    })
  })

  it('has an integer where a query holds digits', () => {
    const limit = {
      name: 'limit',
      in: 'query',
      schema: { type: 'string', pattern: '^([1-9][0-9]?|1[0-9]{2}|200)$' },
    }

    expect(made({ type: 'string' }, {}, [limit]).read).toEqual([
      { ...limit, schema: { type: 'integer', minimum: 1, maximum: 200, default: 50 } },
    ])
  })
})
