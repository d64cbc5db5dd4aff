export { hashOf } from './authenticate.ts'

import type { Service } from '@rounds/service'
import type { FastifyInstance } from 'fastify'
import type { AuditModule } from '../audit/index.ts'
import type { GatewayConfig } from '../config.ts'
import type { ModuleFace } from '../http/index.ts'
import { type AuthenticateDeps, authenticate } from './authenticate.ts'
import type { MailRequests } from './mailed-link.ts'
import { mongoAccounts } from './mongo-accounts.ts'
import { loginThrottleIndexes, mongoLoginThrottle } from './mongo-login-throttle.ts'
import { mongoSessions } from './mongo-sessions.ts'
import { mongoSignInLinks, signInLinkIndexes } from './mongo-sign-in-links.ts'
import { mongoTokens } from './mongo-tokens.ts'
import { principalCache } from './principal-cache.ts'
import { resolvePrincipal } from './resolve-principal.ts'
import { signIn } from './session-routes.ts'
import { isSessionValid } from './session-validity.ts'
import { issueTokens } from './token-routes.ts'

export type AuthModule = ReturnType<typeof authModule>

/** Who calls: accounts, sessions, tokens, and the throttle of guessed passwords. */
export function authModule(
  { config, log, make, metrics, now, store }: Service<GatewayConfig>,
  { audit: { audit }, mails }: { readonly audit: AuditModule; readonly mails: MailRequests },
) {
  const accounts = mongoAccounts(store)
  const sessions = mongoSessions(store, now)
  const tokens = mongoTokens(store, now)
  const memory = principalCache(resolvePrincipal({ useSession: sessions.use, useToken: tokens.use }), now)
  const alarms = metrics.counterBy(
    'rounds_sign_in_alarms_total',
    'Alarms about guessed passwords, by what is guessed at or from where',
    'of',
  )

  return {
    name: 'auth',
    /** Decides on every request who asks; other systems are known by `resolveSystem`. */
    authenticate: (resolveSystem: AuthenticateDeps['resolveSystem']) => (app: FastifyInstance) =>
      authenticate(app, {
        resolvePrincipal: memory.resolvePrincipal,
        resolveSystem,
        publicOrigin: new URL(config.PUBLIC_URL).origin,
      }),
    personById: accounts.personById,
    /** The same action; principals are read anew once it was tried. */
    invalidatingAfter: memory.invalidatingAfter,
    isSessionValid: isSessionValid({
      sessionStands: sessions.stands,
      tokenStands: tokens.stands,
      personById: accounts.personById,
    }),
    routes: [
      signIn({
        accounts,
        sessions: { ...sessions, end: memory.invalidatingAfter(sessions.end) },
        loginThrottle: mongoLoginThrottle(store),
        signInLinks: mongoSignInLinks(store),
        mails,
        linkSecret: config.LINK_SIGNING_KEY,
        deviceSecret: config.LINK_SIGNING_KEY,
        make,
        onLinkFailed: (error) => log.error({ error }, 'a sign-in link was not mailed'),
        onSignInAlarm({ of, tries }) {
          log.warn({ reason: of, count: tries }, 'passwords are being guessed')
          alarms(of)
        },
        audit,
        now,
        demo: config.DEMO,
        hospital: config.HOSPITAL_NAME,
        zone: config.HOSPITAL_ZONE,
      }),
      issueTokens({ tokens: { ...tokens, end: memory.invalidatingAfter(tokens.end) }, audit, now }),
    ],
    indexes: {
      accounts: [{ key: { personId: 1 } }, { key: { role: 1, _id: 1 } }],
      sessions: [{ key: { endsAt: 1 }, expireAfterSeconds: 0 }, { key: { personId: 1 } }],
      tokens: [
        { key: { hash: 1 }, unique: true },
        { key: { personId: 1, _id: -1 } },
        { key: { expiresAt: 1 }, expireAfterSeconds: 0 },
      ],
      signInLinks: signInLinkIndexes,
      signInFailures: loginThrottleIndexes,
    },
  } satisfies ModuleFace
}
