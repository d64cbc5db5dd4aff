import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { changesOf } from '../src/changelog.ts'
import { publishedSchemas } from '../src/published-schemas.ts'
import { breaks, type Schema, untold } from './compatible.ts'

const released = JSON.parse(
  readFileSync(new URL('./released-schemas.snapshot.json', import.meta.url), 'utf8'),
) as Record<string, Schema>
const present = publishedSchemas as ReadonlyMap<string, Schema>

describe('the schemas that were released', () => {
  it.each(Object.entries(released))('%s is still what it was, but for additions', (type, schema) => {
    const next = present.get(type)
    expect(next ? breaks(schema, next) : [`${type} is gone`]).toEqual([])
  })

  it('are all there: a new event is released by `npm run generate`', () => {
    expect([...present.keys()].filter((type) => !released[type])).toEqual([])
  })
})

describe('the changelog', () => {
  it.each([...present])('tells when %s came, and each field that came to it later', (name, schema) => {
    expect(untold(released[name], schema, changesOf(name))).toEqual([])
  })

  it.each([...present])('of %s tells of no field that is not there', (name, schema) => {
    for (const pointer of changesOf(name).flatMap(({ adds = [] }) => adds))
      expect(Object.keys(schema.properties ?? {})).toContain(pointer.slice(1))
  })

  it('is seen to be silent about a new event, a new field, and a new field of a field', () => {
    const before: Schema = { properties: { a: {}, b: { properties: { c: {} } } } }
    const next: Schema = { properties: { a: {}, b: { properties: { c: {}, d: {} } }, e: {} } }
    const first = { on: '2026-11-23', what: 'first released' }

    expect(untold(undefined, next, [])).toEqual(['was never said to be released'])
    expect(untold(undefined, next, [first])).toEqual([])
    expect(untold(before, next, [first]).map((line) => line.split(' ')[0])).toEqual(['/b/d', '/e'])
    const told = { on: '2026-11-25', what: 'more', adds: ['/b/d', '/e'] }
    expect(untold(before, next, [first, told])).toEqual([])
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
