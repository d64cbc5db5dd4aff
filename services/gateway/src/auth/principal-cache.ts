import type { Principal } from '../http/index.ts'
import type { AuthenticateDeps } from './authenticate.ts'

type PrincipalBehind = AuthenticateDeps['resolvePrincipal']

/** So long somebody may still come in whom another replica, or a hand in the database, has shut out: decision 0018. */
export const rememberedMs = 1_000
const most = 10_000

/** Remembers who was let in. Who was refused is asked about anew each time. */
export function principalCache(ask: PrincipalBehind, now: () => Date) {
  let known = new Map<string, { readonly principal: Principal; readonly askedAt: number }>()

  return {
    async resolvePrincipal({ kind, hash, isActivity }: Parameters<PrincipalBehind>[0]) {
      // What a person does prolongs the session, also right after a page asked something by itself.
      const key = `${kind} ${hash} ${isActivity}`
      const askedAt = now().getTime()
      const entry = known.get(key)
      const age = askedAt - (entry?.askedAt ?? Number.NEGATIVE_INFINITY)
      // Younger than nothing: the clock was set back.
      if (entry && age >= 0 && age < rememberedMs) return entry.principal
      const memory = known
      const principal = await ask({ kind, hash, isActivity })
      if (memory.size >= most) memory.clear()
      // Into the memory of that moment. If it was emptied meanwhile, what was read may be older than the reason.
      if (principal) memory.set(key, { principal, askedAt })
      return principal
    },

    /** The same action; whoever is remembered is forgotten once it was tried. */
    invalidatingAfter:
      <Given extends unknown[], Result>(action: (...given: Given) => Promise<Result>) =>
      async (...given: Given): Promise<Result> => {
        try {
          return await action(...given)
        } finally {
          known = new Map()
        }
      },
  }
}
