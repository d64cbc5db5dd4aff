import { eventFamilies } from '@rounds/contracts'
import { testServers } from '@rounds/local-servers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDoor } from '../../test/open-door.ts'

describe('what the door promises', () => {
  let door: Awaited<ReturnType<typeof openDoor>>
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
    responses: Record<string, { content?: Record<string, unknown> }>
  }
  beforeAll(async () => {
    door = await openDoor(testServers().freshDatabase())
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
