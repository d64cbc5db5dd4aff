import type { Role, Scope } from '@rounds/contracts'

/** On whose behalf a request is made. Every query takes one; there is no unscoped read. */
export interface Principal {
  /** The person; for a token, the person who made it. */
  readonly personId: string
  readonly role: Role
  readonly language: 'en' | 'hi'
  readonly name: string
  /** A session may do all that its role may; a token only what it was given besides. */
  readonly via:
    | { readonly kind: 'session'; readonly sessionId: string }
    | { readonly kind: 'token'; readonly tokenId: string; readonly scopes: readonly Scope[] }
}
