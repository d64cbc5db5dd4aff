import type { Session, Welcome } from '@rounds/contracts/http'
import { queryOptions } from '@tanstack/react-query'
import { isRefused } from '../../http/problem.ts'
import { request } from '../../http/request.ts'

/** What may be known before anybody is signed in. */
export const welcomeQuery = queryOptions({
  queryKey: ['welcome'],
  queryFn: ({ signal }) => request<Welcome>('/v1/welcome', { signal }),
  staleTime: Number.POSITIVE_INFINITY,
})

export const currentSession = () => request<Session>('/v1/session')

/** Prolongs the session, as nothing else that a page asks for does. */
export const reportActivity = () =>
  request<Session>('/v1/session/activity', { method: 'POST', isActivity: true })

/** Who is signed in; null is nobody. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async ({ signal }) => {
    try {
      return await request<Session>('/v1/session', { signal })
    } catch (error) {
      if (isRefused(error, 401)) return null
      throw error
    }
  },
  staleTime: 60_000,
  // Also while nothing else is asked, because nobody is signed in.
  networkMode: 'always',
})

export const isSamePerson = (one: Session, other: Session): boolean =>
  one.personId === other.personId && one.role === other.role

export const signIn = (login: string, password: string) =>
  request<Session>('/v1/session', { method: 'POST', body: { login, password } })

export type DemoRole = 'admin' | 'doctor' | 'patient'

export const signInAsDemo = (role: DemoRole) =>
  request<Session>('/v1/session/demo', { method: 'POST', body: { role } })

export const signOut = () => request<void>('/v1/session', { method: 'DELETE' })

export const askForLink = (login: string) =>
  request<void>('/v1/session/link', { method: 'POST', body: { login } })

export const signInByLink = (token: string) =>
  request<Session>('/v1/session/by-link', { method: 'POST', body: { token } })
