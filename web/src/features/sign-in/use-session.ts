import type { Session } from '@rounds/contracts/http'
import { useQuery } from '@tanstack/react-query'
import { sessionQuery } from './session.ts'

/** Who is signed in. For pages behind the door of the router, which lets nobody else in. */
export function useSession(): Session {
  const { data } = useQuery(sessionQuery)
  if (!data) throw new Error('Nobody is signed in')
  return data
}
