import '@fastify/cookie'
import { createHash } from 'node:crypto'
import type { SystemDocument } from '@rounds/contracts'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { actAs, actAsSystem, decorateCaller, mayCall, type Principal, ProblemError } from '../http/index.ts'
import { isSameOrigin } from './same-origin.ts'

/** Browsers take it on `http://localhost` too; the prefix promises: this host only, https only, whole site. */
export const sessionCookie = '__Host-rounds'

/** `background` on requests that a page makes by itself. */
const activityHeader = 'rounds-activity'

export interface AuthenticateDeps {
  /** Whoever holds this session secret or token, if it still stands. `isActivity`: a person did something, not a page by itself. */
  readonly resolvePrincipal: (holding: {
    kind: 'session' | 'token'
    hash: string
    isActivity: boolean
  }) => Promise<Principal | undefined>
  /** Which other system holds this token. Asked anew each time: who was shut out is out with the next request. */
  readonly resolveSystem: (tokenHash: string) => Promise<SystemDocument | undefined>
  readonly publicOrigin: string
}

/** Secrets are kept by their hash: who reads the database cannot use them. 256 random bits need no salt. */
export const hashOf = (secret: string) => createHash('sha256').update(secret).digest('base64url')

/** Decides on every request, before anything is read of it, who asks and whether they may. */
export function authenticate(
  app: FastifyInstance,
  { resolvePrincipal, resolveSystem, publicOrigin }: AuthenticateDeps,
): void {
  decorateCaller(app)

  app.addHook('onRequest', async (request) => {
    const policy = request.routeOptions.config.policy
    const bearer = bearerOf(request)
    if (
      changesSomething(request.method) &&
      bearer === undefined &&
      !request.routeOptions.config.fromAnywhere &&
      !isSameOrigin(request.headers, publicOrigin)
    ) {
      throw new ProblemError(403, 'CROSS_SITE_REQUEST', 'This was asked for by a page of another site')
    }
    // No policy here means no route: the not-found handler answers. Routes without a policy do not start.
    if (policy === undefined || policy === 'public') return
    if (policy === 'system') {
      const system = bearer && (await resolveSystem(hashOf(bearer)))
      if (!system) throw noSystem()
      actAsSystem(request, system)
      return
    }
    const secret = bearer ?? request.cookies[sessionCookie]
    const principal =
      secret &&
      (await resolvePrincipal({
        kind: bearer === undefined ? 'session' : 'token',
        hash: hashOf(secret),
        isActivity: isActivity(request),
      }))
    if (!principal) throw notSignedIn()
    actAs(request, principal)
    if (!mayCall(policy, principal)) throw notAllowed()
  })
}

const notSignedIn = () =>
  new ProblemError(401, 'NOT_SIGNED_IN', 'Sign in first', {
    detail: 'No valid session or token came with the request.',
    headers: { 'www-authenticate': 'Bearer realm="rounds"' },
  })

const noSystem = () =>
  new ProblemError(401, 'INVALID_SYSTEM_TOKEN', 'This door is for other systems', {
    detail: 'Send the system’s own token as `Authorization: Bearer …`; an admin lets systems in.',
    headers: { 'www-authenticate': 'Bearer realm="rounds"' },
  })

const notAllowed = () =>
  new ProblemError(403, 'NOT_ALLOWED', 'This is not for you', {
    detail: 'Your role, or the scopes of this token, do not include it.',
  })

/**
 * Looking does not prolong a session, since open pages look by themselves; changing something does. A page that reports activity on
 * its own (`POST /v1/session/activity`) marks the rest as background. A false mark only shortens or prolongs the sender's own session.
 */
function isActivity({ method, headers }: FastifyRequest): boolean {
  return changesSomething(method) && headers[activityHeader] !== 'background'
}

const changesSomething = (method: string) => !['GET', 'HEAD', 'OPTIONS'].includes(method)

function bearerOf({ headers }: FastifyRequest): string | undefined {
  return /^Bearer ([\w~+/.-]{1,200}=*)$/i.exec(headers.authorization ?? '')?.[1]
}
