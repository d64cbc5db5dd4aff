import { randomBytes } from 'node:crypto'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { signIn as credentials, demoSignIn, type Role, session, welcome } from '@rounds/contracts'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { Audit } from '../audit.ts'
import { actAs, hashOf, sessionCookie } from '../authenticate.ts'
import type { Person, Principal } from '../principal.ts'
import { notFound, ProblemError } from '../problem-error.ts'
import { isPassword } from './password.ts'
import { endOf, expiryOf } from './session-life.ts'

interface Ends {
  readonly endsAt: Date
  readonly expiresAt: Date
}

export interface SignInDeps {
  readonly accounts: {
    byLogin(login: string): Promise<{ personId: string; passwordHash: string } | undefined>
    /** Somebody to look around as, while this is a demonstration. */
    demo(role: Role): Promise<{ personId: string } | undefined>
    person(personId: string): Promise<Person | undefined>
  }
  readonly sessions: {
    start(hash: string, personId: string, startedAt: Date): Promise<void>
    /** When it ends unless a person does something, and when whatever happens; nothing once it has ended. */
    endsOf(hash: string): Promise<Ends | undefined>
    end(hash: string): Promise<void>
  }
  readonly guesses: {
    /** Counts a try before it is made, so that many at once are counted too. Answers how long to wait; 0: go on. */
    count(login: string, address: string): Promise<number>
    /** The one try that was right, and the account's failures before it. */
    forgive(login: string, address: string): Promise<void>
  }
  readonly audit: Audit
  readonly now: () => Date
  readonly demo: boolean
  readonly hospital: string
  readonly zone: string
}

const everyone: readonly Role[] = ['admin', 'doctor', 'patient', 'ops', 'integrator']
const whoever = { policy: { roles: everyone, scope: 'session' } } as const
const cookie = { path: '/', httpOnly: true, secure: true, sameSite: 'lax' } as const
const tags = ['session']

export function signIn(deps: SignInDeps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/v1/welcome',
      {
        schema: {
          tags,
          operationId: 'welcome',
          summary: 'What the sign-in page needs to know',
          response: { 200: welcome },
        },
        config: { policy: 'public' },
      },
      async () => ({ demo: deps.demo, hospital: deps.hospital, zone: deps.zone }),
    )

    app.post(
      '/v1/session',
      {
        schema: {
          tags,
          operationId: 'signIn',
          summary: 'Sign in',
          body: credentials,
          response: { 200: session },
        },
        config: { policy: 'public' },
      },
      async (request, reply) => {
        const login = request.body.login.trim().toLowerCase()
        const waitMs = await deps.guesses.count(login, request.ip)
        if (waitMs > 0) throw tooManyTries(waitMs)
        const account = await deps.accounts.byLogin(login)
        const right = await isPassword(account?.passwordHash, request.body.password)
        const person = right && account ? await deps.accounts.person(account.personId) : undefined
        if (!person) {
          await deps.audit(request, 'session.refused', account?.personId ?? 'unknown')
          throw new ProblemError(401, 'WRONG_CREDENTIALS', 'Name or password is wrong')
        }
        await deps.guesses.forgive(login, request.ip)
        return open(person, request, reply)
      },
    )

    if (deps.demo) {
      app.post(
        '/v1/session/demo',
        {
          schema: {
            tags,
            operationId: 'signInDemo',
            summary: 'Look around as somebody; while DEMO is on',
            body: demoSignIn,
            response: { 200: session },
          },
          config: { policy: 'public' },
        },
        async (request, reply) => {
          const account = await deps.accounts.demo(request.body.role)
          const person = account && (await deps.accounts.person(account.personId))
          if (!person) throw notFound()
          return open(person, request, reply)
        },
      )
    }

    app.get(
      '/v1/session',
      {
        schema: {
          tags,
          operationId: 'currentSession',
          summary: 'Who is signed in',
          response: { 200: session },
        },
        config: whoever,
      },
      ({ principal }) => current(principal),
    )

    app.post(
      '/v1/session/activity',
      {
        schema: {
          tags,
          operationId: 'reportActivity',
          summary: 'Report that the person is active, so that the session does not end',
          description:
            'Sessions end after half an hour without activity. Reading does not count, and neither does a request with the header `rounds-activity: background`; other requests that change something do.',
          response: { 200: session },
        },
        config: whoever,
      },
      ({ principal }) => current(principal),
    )

    app.delete(
      '/v1/session',
      {
        schema: {
          tags,
          operationId: 'signOut',
          summary: 'Sign out, at the server too',
          response: { 204: Type.Null() },
        },
        config: whoever,
      },
      async (request, reply) => {
        const { via, personId } = request.principal
        await deps.audit(request, 'session.ended', personId)
        if (via.kind === 'session') await deps.sessions.end(via.sessionId)
        reply.clearCookie(sessionCookie, cookie).header('clear-site-data', '"cookies", "storage"').code(204)
        return null
      },
    )
  }

  async function current(principal: Principal) {
    const ends =
      principal.via.kind === 'session' ? await deps.sessions.endsOf(principal.via.sessionId) : undefined
    // Ended between the check and this line.
    if (!ends) throw new ProblemError(401, 'NOT_SIGNED_IN', 'Sign in first')
    return shown(principal, ends)
  }

  /** A new secret at each sign-in; what the browser held before ends, so that nobody signs in into a planted session. */
  async function open(person: Person, request: FastifyRequest, reply: FastifyReply) {
    const secret = randomBytes(32).toString('base64url')
    const sessionId = hashOf(secret)
    const startedAt = deps.now()
    const previous = request.cookies[sessionCookie]
    actAs(request, { ...person, via: { kind: 'session', sessionId } })
    await deps.audit(request, 'session.started', person.personId)
    if (previous !== undefined) await deps.sessions.end(hashOf(previous))
    await deps.sessions.start(sessionId, person.personId, startedAt)
    const expiresAt = expiryOf(startedAt)
    reply.setCookie(sessionCookie, secret, { ...cookie, expires: expiresAt })
    return shown(person, { endsAt: endOf(startedAt, expiresAt), expiresAt })
  }

  function shown({ personId, name, role, language }: Person, { endsAt, expiresAt }: Ends) {
    const endsInSeconds = Math.max(0, Math.floor((endsAt.getTime() - deps.now().getTime()) / 1_000))
    return { personId, name, role, language, expiresAt: expiresAt.toISOString(), endsInSeconds }
  }
}

const tooManyTries = (waitMs: number) =>
  new ProblemError(429, 'TOO_MANY_TRIES', 'Too many tries', {
    detail: 'Wait a little before the next one.',
    headers: { 'retry-after': String(Math.ceil(waitMs / 1_000)) },
  })
