import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import { problem } from '@rounds/contracts'
import type { FastifyInstance, FastifySchema } from 'fastify'
import { Type } from 'typebox'

const tags = [
  { name: 'session', description: 'Signing in and out' },
  { name: 'appointments', description: 'Booking, checking, cancelling' },
  { name: 'reports', description: 'Asking for files and fetching them' },
  { name: 'jobs', description: 'What was asked for, and how it goes' },
  { name: 'campaigns', description: 'Mail to many' },
  { name: 'deliveries', description: 'What was sent to whom, and how it went' },
  { name: 'templates', description: 'Kinds of mail, and what they look like' },
  { name: 'suppressions', description: 'Addresses that nothing is sent to, and bounces' },
  { name: 'consents', description: 'Which mail people agreed to, and how they end it' },
  { name: 'people', description: 'Patients, doctors, departments' },
  { name: 'systems', description: 'Other systems of the hospital, and what they say' },
  { name: 'tokens', description: 'Machines that may call' },
  { name: 'audit', description: 'Who did what' },
  { name: 'emergency access', description: 'Histories that were opened without a treatment' },
  { name: 'dead-letters', description: 'What no consumer could take, and what becomes of it' },
  { name: 'chains', description: 'What one thing set off, and what set it off' },
  { name: 'contracts', description: 'What this door promises' },
]

const problemAnswer = {
  description: 'Anything else is a problem (RFC 9457)',
  content: { 'application/problem+json': { schema: Type.Ref('Problem') } },
}

/** Collects every route that is registered from here on, and shows them at `/openapi.json` and `/docs`. */
export async function describeRoutes(app: FastifyInstance, publicUrl: string): Promise<void> {
  app.addSchema(problem)
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Rounds',
        version: '1',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
        description:
          'The hospital’s door. Sign in with `POST /v1/session` (a cookie) or send a token as `Authorization: Bearer rounds_…`. Lists are read by `cursor`; changes may carry `If-Match`; every fault is a problem (RFC 9457) with a `code` for machines and a `traceId` for the logs.',
      },
      servers: [{ url: publicUrl }],
      tags,
      components: {
        securitySchemes: {
          session: { type: 'apiKey', in: 'cookie', name: '__Host-rounds' },
          token: { type: 'http', scheme: 'bearer' },
          system: { type: 'http', scheme: 'bearer', description: 'The token of another system' },
        },
      },
    },
    refResolver: {
      buildLocalReference: (json, _base, _fragment, index) => String(json.$id ?? `def-${index}`),
    },
    transformObject: (document) => {
      if (!('openapiObject' in document)) throw new Error('the document is not OpenAPI 3')
      // HEAD is what HTTP makes of GET; as an operation of its own it would be there twice.
      for (const path of Object.values(document.openapiObject.paths ?? {})) delete path?.head
      return document.openapiObject
    },
    transform: ({ schema, url, route }) => ({ schema: documented(schema, route.config?.policy), url }),
  })
}

/** The page to try it. Its scripts and styles come from this host, so the door's own content security policy holds. */
export async function showDocs(app: FastifyInstance): Promise<void> {
  await app.register((docs, _options, done) => {
    docs.addHook('onRoute', (route) => {
      route.config = { ...route.config, policy: 'public' }
    })
    docs.register(swaggerUi, { routePrefix: '/docs', uiConfig: { docExpansion: 'list' } })
    done()
  })
}

function documented(schema: FastifySchema | undefined, policy: unknown): FastifySchema {
  return {
    ...schema,
    security: securityOf(policy),
    response: { ...(schema?.response as object), default: problemAnswer },
  } as FastifySchema
}

function securityOf(policy: unknown): Record<string, string[]>[] {
  if (policy === 'public') return []
  return policy === 'system' ? [{ system: [] }] : [{ session: [] }, { token: [] }]
}
