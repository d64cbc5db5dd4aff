import { testServers } from '@rounds/local-servers'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestServer } from './open-door.ts'

interface Schema {
  readonly type?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly $ref?: string
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components?: { readonly schemas?: Readonly<Record<string, Schema>> }
}
interface Operation {
  readonly operationId: string
  readonly requestBody?: { readonly content?: Readonly<Record<string, { readonly schema?: Schema }>> }
}

let door: Awaited<ReturnType<typeof createTestServer>>
beforeAll(async () => {
  door = await createTestServer(testServers().freshDatabase())
})
afterAll(() => door.close())

it('takes NUL in no text of any body that it documents', async () => {
  const document: Document = (await door.app.inject('/openapi.json')).json()
  const texts = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, { operationId, requestBody }]) => {
      // Other systems have contracts of their own, and no person to tell.
      if (operationId === 'eventRoutes') return []
      const schema = requestBody?.content?.['application/json']?.schema
      const url = path.replaceAll(/\{[^}]+\}/g, 'x')
      return textsIn(schema, document).map((text) => ({ ...text, method, url, operationId }))
    }),
  )
  expect(texts.length).toBeGreaterThan(50)

  const people = await Promise.all(['asha', 'rao', 'ada', 'om', 'links'].map((personId) => door.as(personId)))
  const taken: string[] = []
  for (const { method, url, pointer, body, operationId } of texts) {
    const answers = []
    for (const ask of people) {
      const { status, body: problem } = await ask(method.toUpperCase() as 'POST', url, body)
      answers.push(`${status} ${problem?.code} ${problem?.errors?.[0]?.pointer}`)
      if (status !== 403) break
    }
    if (answers.at(-1) !== `422 TEXT_REFUSED ${pointer}`) taken.push(`${operationId} ${pointer}: ${answers}`)
  }
  expect(taken).toEqual([])
})

/** Each text of a schema, with a body that is nothing but NUL in it. */
function textsIn(
  schema: Schema | undefined,
  document: Document,
  pointer = '',
  around: (value: unknown) => unknown = (value) => value,
): { pointer: string; body: object }[] {
  if (!schema) return []
  const { type, properties = {}, items, anyOf = [], oneOf = [], $ref } = schema
  if ($ref)
    return textsIn(document.components?.schemas?.[$ref.split('/').at(-1) ?? ''], document, pointer, around)
  if (type === 'string') return [{ pointer, body: Object(around('a\u0000b')) }]
  const found = [
    ...Object.entries(properties).flatMap(([name, property]) =>
      textsIn(property, document, `${pointer}/${name}`, (value) => around({ [name]: value })),
    ),
    ...textsIn(items, document, `${pointer}/0`, (value) => around([value])),
    ...[...anyOf, ...oneOf].flatMap((one) => textsIn(one, document, pointer, around)),
  ]
  return [...new Map(found.map((text) => [text.pointer, text])).values()]
}
