import type { Scope } from '@rounds/contracts'
import type { AuthenticateDeps } from './authenticate.ts'
import type { Principal } from './principal.ts'

export interface PrincipalBehindDeps {
  /** Whose session this is, if it still stands; notes that it was used. */
  readonly useSession: (hash: string) => Promise<{ personId: string } | undefined>
  readonly useToken: (
    hash: string,
  ) => Promise<{ tokenId: string; personId: string; scopes: readonly Scope[] } | undefined>
  /** The person with the role of their account; nothing when either is no longer active. */
  readonly personById: (personId: string) => Promise<Omit<Principal, 'via'> | undefined>
}

/** Role and name are read anew each time: who was switched off a moment ago is out with the next request. */
export function principalBehind(deps: PrincipalBehindDeps): AuthenticateDeps['principalBehind'] {
  return async ({ kind, hash }) => {
    if (kind === 'session') {
      const session = await deps.useSession(hash)
      const person = session && (await deps.personById(session.personId))
      return person && { ...person, via: { kind, sessionId: hash } }
    }
    const token = await deps.useToken(hash)
    const person = token && (await deps.personById(token.personId))
    return person && { ...person, via: { kind, tokenId: token.tokenId, scopes: token.scopes } }
  }
}
