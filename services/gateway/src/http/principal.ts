import type { Role, Scope } from '@rounds/contracts'

/** Somebody who may sign in. */
export interface Person {
  readonly personId: string
  readonly role: Role
  readonly language: 'en' | 'hi'
  readonly name: string
}

/** On whose behalf a request is made; for a token, on behalf of who made it. Every query takes one; there is no unscoped read. */
export interface Principal extends Person {
  /** A session may do all that its role may; a token only what it was given besides. */
  readonly via:
    | { readonly kind: 'session'; readonly sessionId: string }
    | { readonly kind: 'token'; readonly tokenId: string; readonly scopes: readonly Scope[] }
}
