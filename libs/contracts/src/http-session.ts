import { type Static, Type } from 'typebox'
import { broken } from './http-problem.ts'
import { identifier, instant } from './identifier.ts'
import { line } from './text.ts'

export const role = Type.Union([
  Type.Literal('admin'),
  Type.Literal('doctor'),
  Type.Literal('patient'),
  Type.Literal('ops'),
  Type.Literal('integrator'),
])
export type Role = Static<typeof role>

export const signIn = Type.Object(
  {
    login: Type.String({ minLength: 1, maxLength: 200 }),
    password: Type.String({ minLength: 1, maxLength: 500 }),
  },
  { additionalProperties: false },
)

/** A link by mail, for an account that takes no password from unknown browsers any more. */
export const signInLinkRequest = Type.Object(
  { login: Type.String({ minLength: 1, maxLength: 200 }) },
  { additionalProperties: false },
)
export const signInLinkAsked = Type.Object({
  detail: Type.String({ description: 'The same whether the name exists or not' }),
})
export const signInByLink = Type.Object(
  { token: Type.String({ pattern: '^[A-Za-z0-9_.-]{1,200}$' }) },
  { additionalProperties: false },
)

/** Offered while `DEMO=true` only. */
export const demoSignIn = Type.Object(
  { role: Type.Union([Type.Literal('admin'), Type.Literal('doctor'), Type.Literal('patient')]) },
  { additionalProperties: false },
)

export const session = Type.Object({
  personId: identifier('Who is signed in'),
  name: Type.String(),
  role,
  language: Type.Union([Type.Literal('en'), Type.Literal('hi')]),
  expiresAt: instant('When the session ends whatever happens'),
  endsInSeconds: Type.Integer({
    minimum: 0,
    description: 'Seconds until the session ends unless the person does something',
  }),
})
export type Session = Static<typeof session>

export const scope = Type.Union([
  Type.Literal('appointments:read'),
  Type.Literal('appointments:write'),
  Type.Literal('people:read'),
  Type.Literal('people:write'),
  Type.Literal('reports:read'),
  Type.Literal('reports:write'),
  Type.Literal('audit:read'),
  Type.Literal('mail:read'),
  Type.Literal('mail:write'),
  Type.Literal('mail:bounces'),
  Type.Literal('schedules:read'),
  Type.Literal('schedules:write'),
  Type.Literal('chat:read'),
  Type.Literal('chat:write'),
  Type.Literal('dead-letters:read'),
  Type.Literal('dead-letters:write'),
])
export type Scope = Static<typeof scope>

export const newToken = Type.Object(
  {
    name: line({ maxLength: 100, description: 'What it is for' }),
    scopes: Type.Array(scope, { minItems: 1, maxItems: scope.anyOf.length, uniqueItems: true }),
    expiresInDays: Type.Integer({ minimum: 1, maximum: 365 }),
  },
  { additionalProperties: false },
)

export const token = Type.Object({
  tokenId: identifier('The token'),
  name: Type.String(),
  scopes: Type.Array(scope),
  createdAt: instant('When it was made'),
  expiresAt: instant('When it ends'),
  lastUsedAt: Type.Optional(instant('To the minute')),
})
export type Token = Static<typeof token>

export const tokenMade = Type.Interface([token], { secret: Type.String({ description: 'Shown this once' }) })
export const tokenList = Type.Object({ items: Type.Array(token), broken })

/** What the sign-in page needs to know before anyone is signed in. */
export const welcome = Type.Object({ demo: Type.Boolean(), hospital: Type.String(), zone: Type.String() })
export type Welcome = Static<typeof welcome>

export const auditEntry = Type.Object({
  auditId: identifier('The entry'),
  at: instant('When'),
  who: Type.String({ description: 'A person or a token, by identifier; `anonymous` for a failed sign-in' }),
  role: Type.String(),
  did: Type.String(),
  to: Type.String(),
  from: Type.String({ description: 'IP address' }),
  /** Of what is added up: requests that were refused within a minute. */
  count: Type.Optional(Type.Integer({ minimum: 1 })),
})
export const auditList = Type.Object({
  items: Type.Array(auditEntry),
  next: Type.Optional(Type.String()),
  broken,
})
export type AuditEntry = Static<typeof auditEntry>
