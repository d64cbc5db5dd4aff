import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import {
  signInByLink as byLink,
  signIn as credentials,
  demoSignIn,
  type Role,
  session,
  signInLinkAsked,
  signInLinkRequest,
  welcome,
} from '@rounds/contracts'
import type { MakeEvent } from '@rounds/messaging'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { Audit } from '../audit/index.ts'
import { actAs, notFound, type Person, type Principal, ProblemError } from '../http/index.ts'
import { hashOf, sessionCookie } from './authenticate.ts'
import { deviceCookie, deviceCookieSeconds, knownDevices } from './known-devices.ts'
import type { Alarm, LoginThrottle } from './login-throttle.ts'
import { type MailRequests, mailLink, type SignInLinks } from './mailed-link.ts'
import { isPassword } from './password.ts'
import { endOf, expiryOf } from './session-expiry.ts'

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
  readonly loginThrottle: LoginThrottle
  readonly signInLinks: SignInLinks
  readonly mails: MailRequests
  readonly linkSecret: string
  readonly make: MakeEvent
  /** What went wrong after the answer was given. */
  readonly onLinkFailed: (error: unknown) => void
  /** By which the cookies of known browsers are signed. */
  readonly deviceSecret: string
  /** Somebody guesses passwords: counted and logged for whoever runs this. */
  readonly onSignInAlarm: (alarm: Alarm) => void
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
  const devices = knownDevices(deps.deviceSecret)
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
        const deviceId = devices.deviceId(request.cookies[deviceCookie], login)
        const attempt = { login, address: request.ip, deviceId }
        const admission = await deps.loginThrottle.admit(attempt)
        if (admission.kind === 'wait') throw tooManyTries(admission.waitMs)
        // Before the password is looked at, and for names that do not exist too: it tells nothing of either.
        if (admission.kind === 'link only') throw linkOnly()
        const account = await deps.accounts.byLogin(login)
        await alarm(request, admission.alarms, account?.personId)
        if (admission.delayMs > 0) await sleep(admission.delayMs)
        const right = await isPassword(account?.passwordHash, request.body.password)
        const person = right && account ? await deps.accounts.person(account.personId) : undefined
        if (!person) {
          await deps.audit(request, 'session.refused', account?.personId ?? 'unknown')
          throw new ProblemError(401, 'WRONG_CREDENTIALS', 'Name or password is wrong')
        }
        await deps.loginThrottle.succeeded(attempt)
        const opened = await open(person, request, reply)
        remember(login, request, reply)
        return opened
      },
    )

    app.post(
      '/v1/session/link',
      {
        schema: {
          tags,
          operationId: 'requestSignInLink',
          summary: 'Ask for a sign-in link by mail',
          description:
            'For an account that takes no password from unknown browsers any more (`SIGN_IN_LINK_NEEDED`). The answer is the same for every name.',
          body: signInLinkRequest,
          response: { 202: signInLinkAsked },
        },
        config: { policy: 'public' },
      },
      async (request, reply) => {
        const login = request.body.login.trim().toLowerCase()
        await deps.audit(request, 'session.link-requested', 'unknown')
        // After the answer, so that its time tells nobody whether there is such an account.
        setImmediate(() => void mailLink(deps, login, request.trace).catch(deps.onLinkFailed))
        reply.code(202)
        return { detail: 'If this account needs a link, it is on its way.' }
      },
    )

    app.post(
      '/v1/session/by-link',
      {
        schema: {
          tags,
          operationId: 'signInByLink',
          summary: 'Sign in with a mailed link, once',
          body: byLink,
          response: { 200: session },
        },
        config: { policy: 'public' },
      },
      async (request, reply) => {
        const link = await deps.signInLinks.use(hashOf(request.body.token), deps.now())
        const person = link && (await deps.accounts.person(link.personId))
        if (!link || !person) {
          await deps.audit(request, 'session.refused', link?.personId ?? 'unknown')
          throw new ProblemError(401, 'LINK_NOT_VALID', 'This link was used before, or its time is over')
        }
        await deps.loginThrottle.reopen(link.login)
        const opened = await open(person, request, reply)
        remember(link.login, request, reply)
        return opened
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
        // Not "cookies": the browser stays known to the account, and the session is over at the server.
        reply.clearCookie(sessionCookie, cookie).header('clear-site-data', '"cache", "storage"').code(204)
        return null
      },
    )
  }

  async function alarm(request: FastifyRequest, alarms: readonly Alarm[], personId: string | undefined) {
    for (const one of alarms) {
      deps.onSignInAlarm(one)
      await deps.audit(
        request,
        `sign-in.${one.of}-guessed`,
        one.of === 'account' ? (personId ?? 'unknown') : 'address',
      )
    }
  }

  /** Whoever signs in here is known here from now on. Behind the session's cookie: simple clients take the first one. */
  function remember(login: string, request: FastifyRequest, reply: FastifyReply): void {
    const value = devices.after(request.cookies[deviceCookie], login)
    reply.setCookie(deviceCookie, value, { ...cookie, maxAge: deviceCookieSeconds })
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

const linkOnly = () =>
  new ProblemError(403, 'SIGN_IN_LINK_NEEDED', 'Too many wrong passwords were tried for this name', {
    detail: 'Use a browser in which you signed in before, or ask for a sign-in link by mail.',
  })
