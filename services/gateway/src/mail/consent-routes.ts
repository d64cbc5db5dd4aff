import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import {
  type Consent,
  type ConsentDocument,
  consentChange,
  consent as consentShown,
  identifier,
  type PersonDocument,
  usualConsent,
} from '@rounds/contracts'
import { Type } from 'typebox'
import type { Audit } from '../audit/index.ts'
import { notFound, type Principal } from '../http/index.ts'
import type { Consents } from './suppressions.ts'

export interface KeepConsentsDeps {
  readonly consents: Consents
  readonly activePerson: (personId: string) => Promise<Pick<PersonDocument, '_id'> | undefined>
  readonly audit: Audit
}

const tags = ['consents']
const params = Type.Object({ personId: identifier('The person') })
const roles = ['admin', 'doctor', 'patient'] as const

/** What somebody agreed to, by purpose: their own to say, and an admin's who was told. */
export function consentRoutes({
  consents,
  activePerson,
  audit,
}: KeepConsentsDeps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/v1/consents/:personId',
      {
        config: { policy: { roles, scope: 'mail:read' } },
        schema: {
          tags,
          operationId: 'readConsent',
          summary: 'Which mail somebody agreed to',
          params,
          response: { 200: consentShown },
        },
      },
      async ({ principal, params: { personId } }) => {
        await mustReach(principal, personId)
        return shown(personId, await consents.of(personId))
      },
    )

    app.put(
      '/v1/consents/:personId',
      {
        config: { policy: { roles, scope: 'mail:write' } },
        schema: {
          tags,
          operationId: 'setConsent',
          summary: 'Say which mail somebody agrees to; what is not named stays',
          params,
          body: consentChange,
          response: { 200: consentShown },
        },
      },
      async (request) => {
        const { principal, body, params: wanted } = request
        await mustReach(principal, wanted.personId)
        await audit(request, 'consent.changed', wanted.personId)
        const via = principal.personId === wanted.personId ? 'person' : 'admin'
        return shown(wanted.personId, await consents.set(wanted.personId, body, via))
      },
    )
  }

  async function mustReach({ role, personId: asking }: Principal, personId: string): Promise<void> {
    const known = await activePerson(personId)
    if (!known || (role !== 'admin' && asking !== personId)) throw notFound()
  }
}

function shown(personId: string, said: ConsentDocument | undefined): Consent {
  const { care, administrative, marketing } = said ?? usualConsent
  return {
    personId,
    care,
    administrative,
    marketing,
    ...(said ? { updatedAt: said.updatedAt.toISOString() } : {}),
  }
}
