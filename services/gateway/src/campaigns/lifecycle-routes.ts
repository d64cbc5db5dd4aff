import { randomUUIDv7 } from 'node:crypto'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import {
  type Contribution,
  campaignApproved,
  campaignCancelled,
  campaignPaused,
  campaignRequested,
  campaignResumed,
  campaign as campaignShown,
  type HospitalEvent,
  identifier,
  withReason,
} from '@rounds/contracts'
import type { MakeEvent } from '@rounds/messaging'
import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { Audit } from '../audit/index.ts'
import {
  etagOf,
  idempotencyHeader,
  idempotencyOf,
  notFound,
  type Policy,
  type Principal,
  ProblemError,
} from '../http/index.ts'
import type { SenderTotals } from '../mail/index.ts'
import { approvalReasonOf } from './approval.ts'
import type { Audiences } from './audience.ts'
import {
  approved,
  barredFromApproving,
  type Campaign,
  cancelled,
  contributed,
  contributionsTo,
  draft,
  paused,
  type Refusal,
  resumed,
  sentOff,
} from './campaign.ts'
import { type CampaignFaultsDeps, campaignFaults } from './campaign-errors.ts'
import type { Campaigns } from './campaign-store.ts'
import { type CampaignViewDeps, campaignViews } from './campaign-view.ts'

export interface SteerCampaignDeps extends CampaignViewDeps, CampaignFaultsDeps {
  readonly campaigns: Campaigns
  readonly senderTotals: SenderTotals
  readonly audiences: Pick<Audiences, 'count'>
  /** Above as many recipients a second person approves. */
  readonly approvalLimit: number
  readonly make: MakeEvent
  readonly audit: Audit
  readonly now: () => Date
}

const tags = ['campaigns']
const params = Type.Object({ id: identifier('The campaign') })
const policy: Policy = { roles: ['admin'], scope: 'mail:write' }

/** Sending off, approving, holding, going on, calling off, trying again: each is final once it is written. */
export function campaignLifecycleRoutes(deps: SteerCampaignDeps): FastifyPluginAsyncTypebox {
  const { campaigns, audiences, approvalLimit, senderTotals, make, audit, now } = deps
  const { whole } = campaignFaults(deps)
  const views = campaignViews(deps)

  return async (app) => {
    app.post(
      '/v1/campaigns/:id/send',
      {
        config: { policy },
        schema: {
          tags,
          operationId: 'sendCampaign',
          summary: 'Send a campaign off',
          description:
            'Above the approval limit, and to everybody of a role, nothing leaves before a second admin approved it. What one person sends within 24 hours counts together. Whoever created, edited, uploaded, scheduled or sent it may not be the one who approves.',
          params,
          headers: idempotencyHeader,
          response: { 202: campaignShown },
        },
      },
      async (request, reply) => {
        const { principal } = request
        const seen = await read(request.params.id, principal)
        const { personId } = principal
        const { key: under } = idempotencyOf(request, personId, { campaignId: seen._id }, now())
        reply.code(202)
        if (seen.sentUnder === under) {
          reply.header('idempotency-replayed', 'true')
          return shown(seen, principal)
        }
        if (seen.state !== 'draft') throw wrongState('not from here', seen)

        await mustBeWhole(seen)
        const expected = await audiences.count(seen)
        if (expected === 0) throw nobody()
        const original =
          seen.audience.kind === 'failed of' && (await read(seen.audience.campaignId, principal))
        await audit(request, 'campaign.requested', seen._id)
        const approvalReason = await approvalReasonOf(
          seen,
          { sender: personId, under: seen._id, recipients: expected, at: now() },
          approvalLimit,
          senderTotals,
        )
        const sent = await campaigns.change(
          seen._id,
          (campaign) => {
            // Somebody sent it with the same key meanwhile: that was the same click.
            if (campaign.sentUnder === under) return campaign
            // Another audience than the one that was counted must be counted.
            if (campaign.version !== seen.version) throw changedMeanwhile()
            return unlessRefused(
              sentOff(original ? contributed(campaign, ...contributionsTo(original)) : campaign, {
                by: personId,
                at: now(),
                expected,
                approvalReason,
                under,
              }),
              campaign,
            )
          },
          () => [
            make(
              campaignRequested,
              {
                campaignId: seen._id,
                template: seen.template,
                requestedBy: personId,
                needsApproval: approvalReason !== undefined,
              },
              request.trace,
            ),
          ],
        )
        return shown(sent, principal)
      },
    )

    app.post('/v1/campaigns/:id/approve', { config: { policy }, schema: approving }, (request) =>
      step(
        request,
        'campaign.approved',
        (campaign, by) => approved(campaign, by, now()),
        (campaignId, approvedBy) => make(campaignApproved, { campaignId, approvedBy }, request.trace),
      ),
    )

    app.post('/v1/campaigns/:id/pause', { config: { policy }, schema: pausing }, (request) =>
      step(
        request,
        'campaign.paused',
        (campaign, by) => paused(campaign, by, now(), request.body?.reason),
        (campaignId, pausedBy) => make(campaignPaused, { campaignId, pausedBy }, request.trace),
      ),
    )

    app.post('/v1/campaigns/:id/resume', { config: { policy }, schema: resuming }, (request) =>
      step(request, 'campaign.resumed', resumed, (campaignId, resumedBy) =>
        make(campaignResumed, { campaignId, resumedBy }, request.trace),
      ),
    )

    app.post('/v1/campaigns/:id/cancel', { config: { policy }, schema: cancelling }, (request) =>
      step(
        request,
        'campaign.cancelled',
        (campaign, by) => cancelled(campaign, by, now(), request.body?.reason),
        (campaignId, cancelledBy) => make(campaignCancelled, { campaignId, cancelledBy }, request.trace),
      ),
    )

    app.post(
      '/v1/campaigns/:id/resend',
      { config: { policy }, schema: resending },
      async (request, reply) => {
        const { principal, trace } = request
        const first = await read(request.params.id, principal)
        if (!first.requested) throw wrongState('not from here', first)
        const again = draft(
          {
            _id: randomUUIDv7(),
            name: `${first.name.slice(0, 180)} (failed ones)`,
            template: first.template,
            purpose: first.purpose,
            audience: { kind: 'failed of', campaignId: first._id },
            ...(first.texts ? { texts: first.texts } : {}),
            ...(first.columns ? { columns: first.columns } : {}),
            contributions: [...contributionsTo(first)],
          },
          principal.personId,
          trace.traceId,
          now(),
        )
        if ((await audiences.count(again)) === 0) throw nobody()
        await audit(request, 'campaign.drafted', again._id)
        await campaigns.add(again)
        reply.code(201).header('location', `/v1/campaigns/${again._id}`).header('etag', etagOf(again))
        return shown(again, principal)
      },
    )
  }

  async function step(
    request: FastifyRequest<{ Params: { id: string } }>,
    did: string,
    move: (campaign: Campaign, by: string) => Campaign | Refusal,
    says: (campaignId: string, by: string) => HospitalEvent,
  ) {
    const { principal } = request
    const by = principal.personId
    const take = (campaign: Campaign) => unlessRefused(move(campaign, by), campaign, by)
    const seen = await read(request.params.id, principal)
    if (take(seen) === seen) return shown(seen, principal)
    await audit(request, did, seen._id)
    return shown(await campaigns.change(seen._id, take, () => [says(seen._id, by)]), principal)
  }

  async function read(id: string, principal: Principal): Promise<Campaign> {
    const found = await campaigns.one(id, principal)
    if (!found) throw notFound()
    return found
  }

  async function mustBeWhole(campaign: Campaign): Promise<void> {
    const faults = await whole(campaign)
    if (faults.length > 0)
      throw new ProblemError(422, 'CAMPAIGN_REFUSED', 'This cannot be sent to anybody', { errors: faults })
  }

  async function shown(campaign: Campaign | undefined, principal: Principal) {
    if (!campaign) throw notFound()
    const view = await views([campaign], principal)
    return view(campaign)
  }
}

const stepSchema = (operationId: string, summary: string) => ({
  tags,
  operationId,
  summary,
  params,
  response: { 200: campaignShown },
})
const approving = stepSchema('approveCampaign', 'Approve what somebody else sent off')
const resuming = stepSchema('resumeCampaign', 'Let a paused campaign go on')
const pausing = {
  ...stepSchema('pauseCampaign', 'Hold a campaign; within two seconds nothing of it starts any more'),
  body: withReason,
}
const cancelling = {
  ...stepSchema('cancelCampaign', 'Call a campaign off, for good'),
  body: withReason,
}
const resending = {
  tags,
  operationId: 'resendCampaign',
  summary: 'Draft the same again, to those only whose delivery failed',
  params,
  response: { 201: campaignShown },
}

function unlessRefused(moved: Campaign | Refusal, campaign: Campaign, by = ''): Campaign {
  if (typeof moved === 'string') throw wrongState(moved, campaign, by)
  return moved
}

const nobody = () =>
  new ProblemError(422, 'EMPTY_AUDIENCE', 'This audience is nobody', {
    errors: [{ pointer: '/audience', detail: 'has nobody in it' }],
  })

const changedMeanwhile = () =>
  new ProblemError(409, 'CHANGED_MEANWHILE', 'Somebody changed this meanwhile', {
    detail: 'Read it again and decide anew.',
  })

const wrongState = (refusal: Refusal, campaign: Campaign, by = '') =>
  refusal === 'not by the one who asked'
    ? new ProblemError(403, 'SELF_APPROVAL', 'Somebody else has to approve this', {
        detail: contributionsInWords[barredFromApproving(campaign, by) ?? 'sent'],
      })
    : new ProblemError(409, 'WRONG_STATE', 'That cannot be done with this campaign any more, or not yet', {
        detail: `It is ${campaign.state}.`,
      })

const contributionsInWords: Readonly<Record<Contribution['did'], string>> = {
  created: 'You created it.',
  edited: 'You edited it.',
  uploaded: 'You uploaded its list.',
  sent: 'You sent it.',
  scheduled: 'You created or edited its schedule.',
  ran: 'You ran its schedule.',
}
