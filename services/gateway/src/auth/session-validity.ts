import type { Principal } from '../http/index.ts'

export interface SessionValidityDeps {
  readonly sessionStands: (hash: string) => Promise<boolean>
  readonly tokenStands: (tokenId: string) => Promise<boolean>
  readonly personById: (personId: string) => Promise<Pick<Principal, 'role'> | undefined>
}

/**
 * Whether an answer that goes on may go on: asked by streams now and then. It does not note a use, so an open page alone
 * keeps nobody signed in.
 */
export function isSessionValid({ sessionStands, tokenStands, personById }: SessionValidityDeps) {
  return async ({ personId, role, via }: Principal): Promise<boolean> => {
    const stands =
      via.kind === 'session' ? await sessionStands(via.sessionId) : await tokenStands(via.tokenId)
    return stands && (await personById(personId))?.role === role
  }
}
