/** JSON as it is in an OpenAPI document. */
type Json = { [key: string]: unknown }

/** Schemas by the name under which clients shall know them. */
export type NamedSchemas = Readonly<Record<string, object>>

/**
 * The document as generators of clients read it best: schemas under names instead of repeated inline, one `enum` where the
 * contracts have a union of constants, integers where a query holds digits, and a name for every body. Pure.
 */
export function clientDocument<Document extends object>(document: Document, named: NamedSchemas): Document {
  const read = simplified(JSON.parse(JSON.stringify(document))) as Json
  const names = new Map<string, string>()
  for (const [name, schema] of Object.entries(named)) {
    const plain = simplified(JSON.parse(JSON.stringify(schema)))
    if (isWorthAName(plain) && !names.has(key(plain))) names.set(key(plain), name)
  }
  const components = (read.components ?? {}) as Json
  const schemas: Json = {}

  const referred = (node: unknown, mayBeNamed = true): unknown => {
    if (Array.isArray(node)) return node.map((one) => referred(one))
    if (!isObject(node)) return node
    const name = mayBeNamed ? names.get(key(node)) : undefined
    if (name === undefined) return mapped(node, (one) => referred(one))
    // Named before its fields, of which one may be of its own kind.
    if (!(name in schemas)) {
      schemas[name] = {}
      schemas[name] = referred(node, false)
    }
    return { $ref: `#/components/schemas/${name}` }
  }

  const body = (content: unknown, name: string) => {
    for (const [type, media] of Object.entries((content ?? {}) as Record<string, Json>)) {
      const isText = !/json|form/.test(type)
      const schema =
        isText && isUntyped(media.schema) ? { ...binary, ...(media.schema as Json) } : media.schema
      const made = referred(schema ?? {}) as Json
      media.schema = made
      if ('$ref' in made || made.type === 'string') continue
      const kind = type.includes('batch') ? `${name}Batch` : name
      schemas[kind] = made
      media.schema = { $ref: `#/components/schemas/${kind}` }
    }
  }

  for (const operations of Object.values((read.paths ?? {}) as Record<string, Record<string, Json>>)) {
    for (const operation of Object.values(operations)) {
      const id = pascal(String(operation.operationId))
      operation.parameters = referred(operation.parameters ?? [])
      body((operation.requestBody as Json | undefined)?.content, `${id}Request`)
      for (const [status, response] of Object.entries((operation.responses ?? {}) as Record<string, Json>))
        body(response.content, /^20[02]$|^201$/.test(status) ? `${id}Response` : `${id}Response${status}`)
    }
  }
  const kept = components.schemas as object
  return { ...read, components: { ...components, schemas: { ...schemas, ...kept } } } as unknown as Document
}

const binary = { type: 'string', format: 'binary' }
/** A page's length travels as digits in the query, and is checked as text. */
const digits: Readonly<Record<string, object>> = {
  '^([1-9][0-9]?|1[0-9]{2}|200)$': { type: 'integer', minimum: 1, maximum: 200, default: 50 },
}

function simplified(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(simplified)
  if (!isObject(node)) return node
  const schema = mapped(node, simplified)
  const { anyOf, const: only, pattern, patternProperties, ...rest } = schema
  // Of a property that is called like a keyword, the value is a schema.
  if (isObject(anyOf) || isObject(only) || isObject(pattern)) return schema
  if (isObject(patternProperties) && 'type' in schema) {
    const { patternProperties: _, ...plain } = schema
    return { ...plain, additionalProperties: Object.values(patternProperties)[0] }
  }
  const integer = digits[String(pattern)]
  if (integer) return { ...rest, ...integer }
  if (only !== undefined) return { ...rest, type: typeOf(only), enum: [only] }
  return Array.isArray(anyOf) ? union(anyOf, schema) : schema
}

function union(choices: readonly Json[], { anyOf, ...rest }: Json): Json {
  const [first] = choices
  if (choices.every((one) => 'enum' in one && one.type === first?.type))
    return { ...rest, type: first?.type, enum: choices.flatMap((one) => one.enum) }
  const [some, ...more] = choices.filter((one) => one.type !== 'null')
  const mayBeNull = some && more.length === 0 && choices.length === 2 && typeof some.type === 'string'
  return mayBeNull ? { ...some, ...rest, type: [some.type, 'null'] } : { ...rest, anyOf }
}

const typeOf = (value: unknown) => (Number.isInteger(value) ? 'integer' : typeof value)
const isObject = (node: unknown): node is Json =>
  typeof node === 'object' && node !== null && !Array.isArray(node)
const isUntyped = (schema: unknown) => isObject(schema) && !('type' in schema) && !('$ref' in schema)
const isWorthAName = (schema: unknown) =>
  isObject(schema) &&
  ((schema.type === 'object' && 'properties' in schema) ||
    'anyOf' in schema ||
    (Array.isArray(schema.enum) && schema.enum.length > 1))
const mapped = (node: Json, change: (value: unknown) => unknown): Json =>
  Object.fromEntries(Object.entries(node).map(([name, value]) => [name, change(value)]))

/** The same for two schemas that say the same, whatever the order of their words. */
function key(node: unknown): string {
  if (Array.isArray(node)) return `[${node.map(key).join(',')}]`
  if (!isObject(node)) return JSON.stringify(node) ?? 'null'
  const fields = Object.entries(node)
    .filter(([name]) => name !== '$id')
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
  return `{${fields.map(([name, value]) => `${JSON.stringify(name)}:${key(value)}`).join(',')}}`
}

const pascal = (name: string) => `${name.charAt(0).toUpperCase()}${name.slice(1)}`
