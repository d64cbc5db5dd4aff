import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { hospitalEvents } from '../src/events.ts'
import { jsonSchemaOf } from '../src/json-schema.ts'
import { breaks, type Schema } from './compatible.ts'

const released = JSON.parse(
  readFileSync(new URL('./released-schemas.snapshot.json', import.meta.url), 'utf8'),
) as Record<string, Schema>
const present = new Map(hospitalEvents.map((contract) => [contract.type, jsonSchemaOf(contract) as Schema]))

describe('the schemas that were released', () => {
  it.each(Object.entries(released))('%s is still what it was, but for additions', (type, schema) => {
    const next = present.get(type)
    expect(next ? breaks(schema, next) : [`${type} is gone`]).toEqual([])
  })

  it('are all there: a new event is released by `npm run generate`', () => {
    expect([...present.keys()].filter((type) => !released[type])).toEqual([])
  })
})

describe('a breaking change is seen', () => {
  const before: Schema = {
    type: 'object',
    required: ['a'],
    properties: { a: { type: 'string' }, b: { type: 'integer' } },
  }

  it.each<[string, Schema, string]>([
    ['a field is gone', { ...before, properties: { a: { type: 'string' } } }, '/b is gone'],
    [
      'a field has another type',
      { ...before, properties: { ...before.properties, b: { type: 'string' } } },
      '/b changed its type',
    ],
    ['an optional field became required', { ...before, required: ['a', 'b'] }, '/b became required'],
    ['a required field became optional', { ...before, required: [] }, '/a became optional'],
    [
      'a new field is required',
      { ...before, required: ['a', 'c'], properties: { ...before.properties, c: {} } },
      '/c became required',
    ],
    [
      'a pattern is narrower',
      { ...before, properties: { ...before.properties, a: { type: 'string', pattern: '^x' } } },
      '/a changed its pattern',
    ],
  ])('%s', (_, next, reason) => {
    expect(breaks(before, next)).toContain(reason)
  })

  it('and a new optional field or another description is none', () => {
    const next = {
      ...before,
      description: 'new words',
      properties: { ...before.properties, c: { type: 'string' } },
    }
    expect(breaks(before, next)).toEqual([])
  })
})
