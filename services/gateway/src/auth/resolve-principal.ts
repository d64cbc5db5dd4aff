import type { Scope } from '@rounds/contracts'
import type { Person } from '../http/index.ts'
import type { AuthenticateDeps } from './authenticate.ts'

/**
 * Both answer nothing once the session or token, the person or their account no longer stands. A token notes each use, a session
 * only what a person did.
 */
export interface ResolvePrincipalDeps {
  readonly useSession: (hash: string, isActivity: boolean) => Promise<Person | undefined>
  readonly useToken: (
    hash: string,
  ) => Promise<{ tokenId: string; person: Person; scopes: readonly Scope[] } | undefined>
}

/** Role and name are read anew each time: who was switched off a moment ago is out with the next request. */
export function resolvePrincipal(deps: ResolvePrincipalDeps): AuthenticateDeps['resolvePrincipal'] {
  return async ({ kind, hash, isActivity }) => {
    if (kind === 'session') {
      const person = await deps.useSession(hash, isActivity)
      return person && { ...person, via: { kind, sessionId: hash } }
    }
    const token = await deps.useToken(hash)
    return token && { ...token.person, via: { kind, tokenId: token.tokenId, scopes: token.scopes } }
  }
}
