import type { Chance } from '@rounds/stack'
import fc from 'fast-check'
import { hostileText, hostileValue } from './hostile.ts'

/** As much of JSON Schema as the contracts use. */
export interface JsonSchema {
  readonly type?: string
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly examples?: readonly unknown[]
  readonly anyOf?: readonly JsonSchema[]
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly items?: JsonSchema
  readonly pattern?: string
  readonly format?: string
  readonly minLength?: number
  readonly maxLength?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly minItems?: number
  readonly maxItems?: number
  readonly uniqueItems?: boolean
}

/** Values that mean something in this hospital, by the name of the field: without them every request ends at its first lookup. */
export type Meaningful = Readonly<Record<string, readonly unknown[]>>

/** A value that keeps to its schema. */
export function validValue(schema: JsonSchema, name: string, known: Meaningful, chance: Chance): unknown {
  const meant = known[name]
  if (meant?.length && !chance.oneIn(5)) return chance.pick(meant)
  if (schema.anyOf) return validValue(chance.pick(schema.anyOf), name, known, chance)
  if (schema.const !== undefined) return schema.const
  if (schema.enum) return chance.pick(schema.enum)
  if (schema.type === undefined && schema.examples?.length) return chance.pick(schema.examples)
  switch (schema.type) {
    case 'string':
      return validText(schema, chance)
    case 'integer':
    case 'number': {
      const { minimum = 0, maximum = 1_000 } = schema
      return minimum + chance.below(maximum - minimum + 1)
    }
    case 'boolean':
      return chance.oneIn(2)
    case 'array': {
      const { minItems = 0, maxItems = 5, items = {}, uniqueItems } = schema
      const values = Array.from({ length: minItems + chance.below(Math.min(maxItems, 5) + 1) }, () =>
        validValue(items, '', known, chance),
      )
      return uniqueItems ? [...new Set(values)] : values
    }
    case 'object': {
      const fields = Object.entries(schema.properties ?? {}).filter(
        ([field]) => schema.required?.includes(field) || chance.oneIn(2),
      )
      return Object.fromEntries(
        fields.map(([field, inner]) => [field, validValue(inner, field, known, chance)]),
      )
    }
    default:
      return null
  }
}

/** The same with one thing wrong: a constraint broken, a field too many or too few, another type. */
export function nearlyValidValue(
  schema: JsonSchema,
  name: string,
  known: Meaningful,
  chance: Chance,
): unknown {
  if (schema.anyOf && !schema.enum) return nearlyValidValue(chance.pick(schema.anyOf), name, known, chance)
  if (schema.type === 'object') {
    const value = validValue(schema, name, {}, chance) as Record<string, unknown>
    for (const field of Object.keys(value)) {
      const meant = known[field]
      if (meant?.length) value[field] = chance.pick(meant)
    }
    const fields = Object.entries(schema.properties ?? {})
    const [field, inner] = fields.length > 0 ? chance.pick(fields) : ['', {}]
    const wrong = chance.below(4)
    if (wrong === 0) return { ...value, [chance.pick(strangeFields)]: chance.pick([true, 'admin', 1, null]) }
    if (wrong === 1) {
      const { [chance.pick(schema.required ?? [field])]: _dropped, ...rest } = value
      return rest
    }
    return { ...value, [field]: nearlyValidValue(inner, field, known, chance) }
  }
  if (schema.type === 'array') {
    const one = validValue(schema.items ?? {}, '', known, chance)
    return chance.pick([[], [one, one], Array.from({ length: 200 }, () => one), one, [[one]], [null]])
  }
  if (schema.type === 'integer' || schema.type === 'number') {
    const { minimum = 0, maximum = 1_000 } = schema
    return chance.pick([minimum - 1, maximum + 1, 1.5, 1e308, -0, 9e15, '5', null, true])
  }
  if (schema.type === 'string') {
    const { minLength = 0, maxLength = 100 } = schema
    return chance.pick<unknown>([
      'a'.repeat(maxLength + 1),
      'a'.repeat(Math.max(0, minLength - 1)),
      '2026-02-30',
      '2026-01-31T23:59:60Z',
      '9999-12-31T23:59:59+23:59',
      '0000-01-01',
      `${validText(schema, chance)}\n`,
      ` ${validText(schema, chance)}`,
      hostileText(chance),
      7,
      true,
      null,
      [validText(schema, chance)],
      { $ne: null },
    ])
  }
  return hostileValue(chance)
}

const strangeFields = [
  'role',
  'ownerId',
  'requestedBy',
  'state',
  'version',
  '_id',
  'personId',
  '$set',
  'a.b',
  '',
]

function validText(schema: JsonSchema, chance: Chance): string {
  const { minLength = 0, maxLength = 100, pattern, format } = schema
  if (format === 'date') return new Date(1.7e12 + chance.below(1e8) * 1_000).toISOString().slice(0, 10)
  if (format === 'date-time') return new Date(1.7e12 + chance.below(2e8) * 1_000).toISOString()
  if (format === 'email') return `someone-${chance.below(1e9)}@example.test`
  if (pattern !== undefined) return chance.pick(matching(pattern)).slice(0, maxLength)
  const length = minLength + chance.below(Math.min(maxLength - minLength, 60) + 1)
  return Array.from({ length }, () => chance.pick(letters))
    .join('')
    .slice(0, maxLength)
}

const letters = [...'abc XYZ 019 éß न 中 😀 -_.,\'"']

const matches = new Map<string, string[]>()

function matching(pattern: string): string[] {
  const known = matches.get(pattern)
  if (known) return known
  const made = fc.sample(fc.stringMatching(new RegExp(pattern)), { seed: 1, numRuns: 100 })
  matches.set(pattern, made)
  return made
}
