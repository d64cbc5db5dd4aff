import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import { appointmentEvent, appointmentEventData, problem } from '@rounds/contracts'
import * as http from '@rounds/contracts/http'
import type { FastifyContextConfig, FastifyInstance, FastifySchema } from 'fastify'
import { Type } from 'typebox'
import { clientDocument } from './client-document.ts'
import { idempotencyHeader, idempotencyKeyIs } from './idempotency-key.ts'
import type { Policy } from './route-policy.ts'

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
          token: {
            type: 'http',
            scheme: 'bearer',
            description: 'A token of `POST /v1/tokens`; each operation names the scope it needs',
          },
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
      return clientDocument(document.openapiObject, namedSchemas)
    },
    transform: ({ schema, url, route }) => ({ schema: documented(schema, route.config ?? {}), url }),
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

/** Every schema of the contracts, under the name of its export. */
const namedSchemas = Object.fromEntries(
  Object.entries({ ...http, appointmentEvent, appointmentEventData })
    .filter(([, one]) => typeof one === 'object' && one !== null && '~kind' in one)
    .map(([name, schema]) => [`${name.charAt(0).toUpperCase()}${name.slice(1)}`, schema as object]),
)

function documented(
  schema: FastifySchema = {},
  { policy = 'public', describedBody }: FastifyContextConfig,
): FastifySchema {
  const { headers, body } = schema
  return {
    ...schema,
    ...(headers === idempotencyHeader ? { headers: requiredIdempotencyHeader } : {}),
    ...(describedBody ? { body: { content: withExamples(body as Content, describedBody) } } : {}),
    security: securityOf(policy),
    response: {
      ...(schema.response as object),
      ...Object.fromEntries(refusalsOf(schema, policy).map((status) => [status, refusals[status]])),
      default: problemAnswer,
    },
  } as FastifySchema
}

interface Content {
  readonly content: Readonly<Record<string, { readonly schema: object }>>
}

/** What is described in place of the bytes keeps their description and examples. */
const withExamples = ({ content }: Content, described: Readonly<Record<string, object>>) =>
  Object.fromEntries(
    Object.entries(described).map(([type, schema]) => {
      const bytes: { readonly examples?: readonly unknown[] } = content[type]?.schema ?? {}
      return [type, { schema, example: bytes.examples?.[0] }]
    }),
  )

/** Its route answers in words of its own when it is missing, hence the check does not ask for it. */
const requiredIdempotencyHeader = Type.Object({
  'idempotency-key': Type.String({ pattern: '^[\\x21-\\x7e]{1,200}$', description: idempotencyKeyIs }),
})

const refusals = {
  400: refusal('The request is not as described'),
  401: refusal('Nobody is signed in, or the token does not stand'),
  403: refusal('Not for this role, or this token was not given the scope'),
  404: refusal('There is none, or it is not yours to know'),
  429: refusal('Too many requests; Retry-After says when to come back'),
} as const

function refusal(description: string) {
  return { ...problemAnswer, description }
}

function refusalsOf(schema: FastifySchema, policy: Policy): readonly (keyof typeof refusals)[] {
  const { body, querystring, params, headers } = schema
  return [
    ...(body || querystring || params || headers ? ([400] as const) : []),
    ...(policy === 'public' ? [] : ([401] as const)),
    ...(typeof policy === 'object' ? ([403] as const) : []),
    ...(params ? ([404] as const) : []),
    429,
  ]
}

function securityOf(policy: Policy): Record<string, string[]>[] {
  if (policy === 'public') return []
  if (policy === 'system') return [{ system: [] }]
  // OpenAPI 3.1 lists what a bearer token must have been given here, too.
  if (policy.scope === 'session') return [{ session: [] }]
  return [{ session: [] }, ...[policy.scope].flat().map((scope) => ({ token: [scope] }))]
}
