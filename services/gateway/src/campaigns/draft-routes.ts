import { randomUUIDv7 } from 'node:crypto'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import {
  campaignChange,
  campaignList,
  campaignQuery,
  campaign as campaignShown,
  identifier,
  newCampaign,
} from '@rounds/contracts'
import { Type } from 'typebox'
import type { Audit } from '../audit/index.ts'
import {
  etagOf,
  ifMatch,
  mustMatch,
  notFound,
  type Policy,
  type Principal,
  ProblemError,
  pageFrom,
  pageOf,
} from '../http/index.ts'
import { type Campaign, draft, edited } from './campaign.ts'
import { type CampaignFaultsDeps, campaignFaults } from './campaign-errors.ts'
import type { Campaigns } from './campaign-store.ts'
import { type CampaignViewDeps, campaignViews } from './campaign-view.ts'

export interface PlanCampaignDeps extends CampaignViewDeps, CampaignFaultsDeps {
  readonly campaigns: Campaigns
  readonly audit: Audit
  readonly now: () => Date
}

const tags = ['campaigns']
const params = Type.Object({ id: identifier('The campaign') })
const mayRead: Policy = { roles: ['admin'], scope: 'mail:read' }
const mayWrite: Policy = { roles: ['admin'], scope: 'mail:write' }

/** Mail to many is written down first; nothing leaves before somebody sends it off. */
export function campaignDraftRoutes(deps: PlanCampaignDeps): FastifyPluginAsyncTypebox {
  const { campaigns, audit, now } = deps
  const views = campaignViews(deps)
  const { planned } = campaignFaults(deps)

  return async (app) => {
    app.post(
      '/v1/campaigns',
      {
        config: { policy: mayWrite },
        schema: {
          tags,
          operationId: 'newCampaign',
          summary: 'Draft a mail to many',
          body: newCampaign,
          response: { 201: campaignShown },
        },
      },
      async (request, reply) => {
        await mustStand(request.body)
        const { personId } = request.principal
        const made = draft({ _id: randomUUIDv7(), ...request.body }, personId, request.trace.traceId, now())
        await audit(request, 'campaign.drafted', made._id)
        await campaigns.add(made)
        reply.code(201).header('location', `/v1/campaigns/${made._id}`).header('etag', etagOf(made))
        return shown(made, request.principal)
      },
    )

    app.get(
      '/v1/campaigns',
      {
        config: { policy: mayRead },
        schema: {
          tags,
          operationId: 'listCampaigns',
          summary: 'Mail to many, newest first',
          querystring: campaignQuery,
          response: { 200: campaignList },
        },
      },
      async ({ principal, query }) => {
        const page = pageOf(query)
        const found = await campaigns.list(principal, query.state, page)
        return pageFrom(
          found,
          page.limit,
          ({ _id, createdAt }) => ({ after: createdAt.toISOString(), id: _id }),
          await views(found, principal),
        )
      },
    )

    app.get(
      '/v1/campaigns/:id',
      {
        config: { policy: mayRead },
        schema: {
          tags,
          operationId: 'readCampaign',
          summary: 'One campaign, with counts as they are now',
          params,
          response: { 200: campaignShown },
        },
      },
      async ({ principal, params: { id } }, reply) => {
        const found = await campaigns.one(id, principal)
        if (!found) throw notFound()
        reply.header('etag', etagOf(found))
        return shown(found, principal)
      },
    )

    app.patch(
      '/v1/campaigns/:id',
      {
        config: { policy: mayWrite },
        schema: {
          tags,
          operationId: 'changeCampaign',
          summary: 'Change a draft',
          params,
          headers: ifMatch,
          body: campaignChange,
          response: { 200: campaignShown },
        },
      },
      async (request, reply) => {
        const { principal, body } = request
        const seen = await campaigns.one(request.params.id, principal)
        if (!seen) throw notFound()
        mustMatch(request.headers['if-match'], seen)
        await mustStand({ ...seen, ...body })
        const tried = edited(seen, body, principal.personId)
        if (typeof tried === 'string') throw notADraft(seen.state)
        await audit(request, 'campaign.changed', seen._id)
        const changed = await campaigns.change(seen._id, (campaign) => {
          mustMatch(request.headers['if-match'], campaign)
          const moved = edited(campaign, body, principal.personId)
          if (typeof moved === 'string') throw notADraft(campaign.state)
          return moved
        })
        if (!changed) throw notFound()
        reply.header('etag', etagOf(changed))
        return shown(changed, principal)
      },
    )
  }

  async function shown(campaign: Campaign, principal: Principal) {
    const view = await views([campaign], principal)
    return view(campaign)
  }

  async function mustStand(wish: Parameters<typeof planned>[0]) {
    const faults = await planned(wish)
    if (faults.length > 0)
      throw new ProblemError(422, 'CAMPAIGN_REFUSED', 'This cannot be sent to anybody', { errors: faults })
  }
}

const notADraft = (state: string) =>
  new ProblemError(409, 'NOT_A_DRAFT', 'Only a draft can be changed', { detail: `It is ${state}.` })
