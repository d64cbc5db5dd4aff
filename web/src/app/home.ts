import type { Role } from '@rounds/contracts/http'

/** The pages behind the sign-in, and who has them. The order is that of the navigation. */
const pages = [
  { to: '/appointments', roles: ['admin', 'doctor'] },
  { to: '/history', roles: ['patient'] },
  { to: '/messages', roles: ['patient'] },
  { to: '/reports', roles: ['admin', 'doctor', 'patient'] },
  { to: '/campaigns', roles: ['admin'] },
  { to: '/deliveries', roles: ['admin', 'ops'] },
  { to: '/schedules', roles: ['admin', 'ops'] },
  { to: '/chat', roles: ['admin', 'ops'] },
  { to: '/systems', roles: ['admin'] },
  { to: '/emergency-access', roles: ['admin'] },
  { to: '/dead-letters', roles: ['admin', 'ops'] },
] as const satisfies ReadonlyArray<{ to: string; roles: readonly Role[] }>

export type PagePath = (typeof pages)[number]['to']

export const pagesOf = (role: Role): PagePath[] =>
  pages.filter(({ roles }) => (roles as readonly Role[]).includes(role)).map(({ to }) => to)

/** Where somebody of this role begins. */
export const homeOf = (role: Role): PagePath => pagesOf(role)[0] ?? '/reports'
