import type { SystemDocument } from '@rounds/contracts'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Principal } from './principal.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks. On a public route there is none, and asking for it is a bug that throws. */
    readonly principal: Principal
    /** Which other system asks. Only on routes that are for those. */
    readonly system: SystemDocument
  }
}

const systems = new WeakMap<FastifyRequest, SystemDocument>()
const principals = new WeakMap<FastifyRequest, Principal>()

/** Makes a person known for the rest of this request; authentication and signing in do so. */
export function actAs(request: FastifyRequest, principal: Principal): void {
  principals.set(request, principal)
}

/** Makes another system known for the rest of this request. */
export function actAsSystem(request: FastifyRequest, system: SystemDocument): void {
  systems.set(request, system)
}

export const principalOf = (request: FastifyRequest): Principal | undefined => principals.get(request)

/** Whose requests are counted together: all sessions of a person, or one token, or one system; nothing on public routes. */
export function callerOf(request: FastifyRequest): string | undefined {
  const system = systems.get(request)
  if (system) return `system ${system._id}`
  const principal = principals.get(request)
  if (!principal) return undefined
  const { personId, via } = principal
  return via.kind === 'token' ? `token ${via.tokenId}` : `person ${personId}`
}

/** Lets routes ask `request.principal` and `request.system`. */
export function decorateCaller(app: FastifyInstance): void {
  app.decorateRequest('principal', {
    getter() {
      const principal = principals.get(this as FastifyRequest)
      if (!principal) throw new Error('a public route asked who is calling')
      return principal
    },
  })

  app.decorateRequest('system', {
    getter() {
      const system = systems.get(this as FastifyRequest)
      if (!system) throw new Error('a route that is not for other systems asked which of them is calling')
      return system
    },
  })
}
