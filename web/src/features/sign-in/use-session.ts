import type { Session } from '@rounds/contracts/http'
import { createContext, use } from 'react'

/** Whose page this is, also while their session is over and they have not signed in again yet. */
export const SessionContext = createContext<Session | undefined>(undefined)

/** Who is signed in. For pages behind the door of the router, which lets nobody else in. */
export function useSession(): Session {
  const session = use(SessionContext)
  if (!session) throw new Error('Nobody is signed in')
  return session
}
