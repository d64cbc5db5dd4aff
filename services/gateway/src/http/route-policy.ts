import type { Role, Scope } from '@rounds/contracts'
import type { TSchema } from 'typebox'
import type { Principal } from './principal.ts'

/** Who may call a route. Stands in the route's `config`; a route without one does not start. */
export type Policy =
  | 'public'
  /** Another system, by its own token; no person, and no token of one. */
  | 'system'
  | {
      readonly roles: readonly Role[]
      /** What a token must have been given, or one of them; `session` where no token may come at all. */
      readonly scope: Scope | readonly Scope[] | 'session'
    }

declare module 'fastify' {
  interface FastifyContextConfig {
    policy?: Policy
    /** Other sites’ pages and programs post here too: what proves anything is in the address, and no cookie is looked at. */
    fromAnywhere?: true
    /** What its body holds, by content type, where it is taken as bytes. For the description alone. */
    describedBody?: Readonly<Record<string, TSchema>>
    /** How long its body may take to arrive. */
    bodyPatienceMs?: number
  }
}

/** Whether this principal may call a route of this policy. */
export function mayCall(policy: Exclude<Policy, 'public' | 'system'>, principal: Principal): boolean {
  if (!policy.roles.includes(principal.role)) return false
  if (principal.via.kind === 'session') return true
  if (policy.scope === 'session') return false
  const { scopes } = principal.via
  return [policy.scope].flat().some((scope) => scopes.includes(scope))
}
