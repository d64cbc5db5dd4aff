import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import {
  deliveryList,
  deliveryQuery,
  deliveryResolution,
  deliveryResolved,
  deliverySearch,
  delivery as deliveryShown,
  deliveryStateOf,
  identifier,
} from '@rounds/contracts'
import type { MakeEvent } from '@rounds/messaging'
import { daysBounds } from '@rounds/schedule'
import { type Static, Type } from 'typebox'
import type { Audit } from '../audit/index.ts'
import { notFound, type Policy, type Principal, ProblemError, pageFrom, pageOf } from '../http/index.ts'
import type { Deliveries } from './deliveries.ts'
import { deliveryView } from './delivery-view.ts'

export interface FollowDeliveriesDeps {
  readonly deliveries: Pick<Deliveries, 'one' | 'list' | 'resolve'>
  readonly make: MakeEvent
  readonly audit: Audit
  readonly auditRead: Audit
  readonly now: () => Date
  readonly zone: string
}

const tags = ['deliveries']
const params = Type.Object({ id: identifier('The delivery') })
const mayRead: Policy = { roles: ['admin', 'ops', 'doctor', 'patient'], scope: 'mail:read' }

/** What was sent to whom, and how it went. A person may settle what nobody knows. */
export function deliveryRoutes(deps: FollowDeliveriesDeps): FastifyPluginAsyncTypebox {
  const { deliveries, make, audit, auditRead, now, zone } = deps
  return async (app) => {
    app.get(
      '/v1/deliveries',
      {
        config: { policy: mayRead },
        schema: {
          tags,
          operationId: 'listDeliveries',
          summary: 'Mails, newest first; patients and doctors see those to themselves',
          querystring: deliveryQuery,
          response: { 200: deliveryList },
        },
      },
      async (request) => {
        const { principal, query } = request
        if (principal.role === 'admin') await auditRead(request, 'deliveries.listed', 'deliveries')
        return found(principal, query)
      },
    )

    app.post(
      '/v1/deliveries/search',
      {
        config: { policy: { roles: ['admin'], scope: 'mail:read' } },
        schema: {
          tags,
          operationId: 'searchDeliveries',
          summary: 'Mails by address, name or subject, newest first',
          description:
            'By POST, so that nothing about a person travels in a URL. Each search is in the audit log, without its words.',
          body: deliverySearch,
          response: { 200: deliveryList },
        },
      },
      async (request) => {
        const { principal, body } = request
        const by = (['address', 'name', 'subject', 'bounce'] as const).filter(
          (field) => body[field] !== undefined,
        )
        await auditRead(request, 'deliveries.searched', by.join(' ') || 'all')
        return found(principal, body)
      },
    )

    app.get(
      '/v1/deliveries/:id',
      {
        config: { policy: mayRead },
        schema: {
          tags,
          operationId: 'readDelivery',
          summary: 'One mail, and what was decided on its way',
          params,
          response: { 200: deliveryShown },
        },
      },
      async (request) => {
        const { principal } = request
        const found = await deliveries.one(request.params.id, principal)
        if (!found) throw notFound()
        if (principal.role === 'admin') await auditRead(request, 'delivery.opened', found._id)
        return deliveryView(found, principal)
      },
    )

    app.post(
      '/v1/deliveries/:id/resolve',
      {
        config: { policy: { roles: ['admin'], scope: 'mail:write' } },
        schema: {
          tags,
          operationId: 'resolveDelivery',
          summary: 'Settle a mail that is in doubt',
          description:
            'It was sent after all, it is sent again (and may then arrive twice), or it is given up. The mailer does it within moments.',
          params,
          body: deliveryResolution,
          response: { 202: deliveryShown },
        },
      },
      async (request, reply) => {
        const { principal, body } = request
        const found = await deliveries.one(request.params.id, principal)
        if (!found) throw notFound()
        const state = deliveryStateOf(found)
        if (state !== 'in doubt') throw notInDoubt(state)
        if (body.as === 'resend' && found.cancelAsked) throw calledOff()
        await audit(request, `delivery.resolved-as-${body.as}`, found._id)
        const by = principal.personId
        const standing = await deliveries.resolve(
          { _id: `${found._id}-${found.fence}`, deliveryId: found._id, ...body, by, at: now() },
          [make(deliveryResolved, { deliveryId: found._id, as: body.as, resolvedBy: by }, request.trace)],
        )
        if (standing.as !== body.as) throw resolvedOtherwise(standing.as)
        reply.code(202)
        return deliveryView(found, principal)
      },
    )
  }

  async function found(principal: Principal, asked: Static<typeof deliverySearch>) {
    const page = pageOf(asked)
    const { state, template, batchId, recipientId, digestId, address, name, subject, match, bounce } = asked
    const search = {
      ...(state ? { state } : {}),
      ...(template ? { template } : {}),
      ...(batchId ? { batchId } : {}),
      ...(recipientId ? { recipientId } : {}),
      ...(digestId ? { digestId } : {}),
      ...(address ? { address: address.trim() } : {}),
      ...(name ? { name: name.trim() } : {}),
      ...(subject ? { subject: subject.trim() } : {}),
      ...(match === 'exact' ? { isExact: true } : {}),
      ...(bounce ? { bounce } : {}),
      ...daysBounds(asked, zone),
    }
    return pageFrom(
      await deliveries.list(principal, search, page),
      page.limit,
      ({ acceptedAt, _id }) => ({ after: acceptedAt.toISOString(), id: _id }),
      (one) => deliveryView(one, principal),
    )
  }
}

const notInDoubt = (state: string) =>
  new ProblemError(409, 'NOT_IN_DOUBT', 'Only what is in doubt can be settled by hand', {
    detail: `It is ${state}.`,
  })

const calledOff = () =>
  new ProblemError(409, 'CALLED_OFF', 'What was called off is not sent again', {
    detail: 'Say that it was sent after all, or give it up.',
  })

const resolvedOtherwise = (as: string) =>
  new ProblemError(409, 'RESOLVED_OTHERWISE', 'Somebody settled this already', {
    detail: `They settled it as: ${as}.`,
  })
