import type { JsonSchema } from './schema-values.ts'

/** One operation of the door, as its own OpenAPI document tells it. */
export interface Operation {
  readonly name: string
  readonly method: string
  readonly path: string
  readonly isPublic: boolean
  readonly parameters: readonly Parameter[]
  /** What may be sent: content types, each with its schema; what is no JSON has none that says anything. */
  readonly bodies: ReadonlyArray<readonly [type: string, schema: JsonSchema]>
  /** By status: the content types that may come, each with its schema where it is JSON. */
  readonly answers: Readonly<Record<string, Readonly<Record<string, JsonSchema>>>>
}

export interface Parameter {
  readonly in: 'path' | 'query' | 'header'
  readonly name: string
  readonly required: boolean
  readonly schema: JsonSchema
}

interface OpenApi {
  readonly paths: Record<string, Record<string, Described>>
  readonly components: { readonly schemas: Record<string, JsonSchema> }
}
interface Described {
  readonly operationId: string
  readonly security: readonly object[]
  readonly parameters?: readonly (Omit<Parameter, 'required'> & { readonly required?: boolean })[]
  readonly requestBody?: { readonly content: Record<string, { readonly schema: JsonSchema }> }
  readonly responses: Record<string, { readonly content?: Record<string, { readonly schema?: JsonSchema }> }>
}

/** Every operation of the document the door itself hands out. */
export async function operationsAt(url: string): Promise<Operation[]> {
  const { paths, components } = (await (await fetch(`${url}/openapi.json`)).json()) as OpenApi
  const whole = <T>(schema: T) => inlined(schema, components.schemas)
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, described]): Operation => {
      const bodies = Object.entries(described.requestBody?.content ?? {})
      return {
        name: described.operationId,
        method: method.toUpperCase(),
        path,
        isPublic: described.security.length === 0,
        parameters: (described.parameters ?? []).map((one) => ({ ...one, required: one.required ?? false })),
        bodies: bodies.map(([type, { schema }]) => [type, whole(schema)] as const),
        answers: Object.fromEntries(
          Object.entries(described.responses).map(([status, { content = {} }]) => [
            status,
            Object.fromEntries(
              Object.entries(content).map(([type, { schema = {} }]) => [type, whole(schema)]),
            ),
          ]),
        ),
      }
    }),
  )
}

/** The document's references stand for what they name; none of them leads back to itself. */
function inlined<T>(schema: T, named: Record<string, JsonSchema>): T {
  return JSON.parse(JSON.stringify(schema), (_key, value) => {
    const [, name = ''] = /^#\/components\/schemas\/(.+)$/.exec(value?.$ref ?? '') ?? []
    return name ? inlined(named[name], named) : value
  })
}
