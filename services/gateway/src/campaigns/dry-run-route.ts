import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { dryRun, identifier } from '@rounds/contracts'
import type { MailRules } from '@rounds/mail'
import { Type } from 'typebox'
import type { Audit } from '../audit/index.ts'
import { notFound } from '../http/index.ts'
import { type MailFacts, reasonInWords, type SenderTotals, textFaults } from '../mail/index.ts'
import { approvalReasonAhead } from './approval.ts'
import type { Audiences } from './audience.ts'
import type { Campaigns } from './campaign-store.ts'
import { weigh } from './dry-run.ts'

export interface DryRunCampaignDeps {
  readonly campaigns: Pick<Campaigns, 'one'>
  readonly audiences: Pick<Audiences, 'batches'>
  readonly mailFacts: MailFacts
  readonly approvalLimit: number
  readonly senderTotals: Pick<SenderTotals, 'spent'>
  readonly auditRead: Audit
  readonly now: () => Date
  readonly hospital: string
  readonly zone: string
  readonly mailRules: MailRules
  readonly publicUrl: string
}

/** Shows what sending a campaign off would do; does nothing. */
export function dryRunCampaign(deps: DryRunCampaignDeps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.post(
      '/v1/campaigns/:id/dry-run',
      {
        config: { policy: { roles: ['admin'], scope: 'mail:write' } },
        schema: {
          tags: ['campaigns'],
          operationId: 'dryRunCampaign',
          summary: 'Who would get it now, who would not and why, and what it looks like',
          params: Type.Object({ id: identifier('The campaign') }),
          response: { 200: dryRun },
        },
      },
      async (request) => {
        const { principal } = request
        const campaign = await deps.campaigns.one(request.params.id, principal)
        if (!campaign) throw notFound()
        await deps.auditRead(request, 'campaign.tried', campaign._id)
        const { texts, purpose, template } = campaign
        const faults = textFaults(texts, campaign.columns)
        const weighed = await weigh(deps.audiences.batches(campaign), deps.mailFacts, {
          purpose,
          template,
          texts: texts ?? { en: { subject: '', body: '' } },
          mayRender: faults.length === 0,
          now: deps.now(),
          hospital: deps.hospital,
          zone: deps.zone,
          rules: deps.mailRules,
          publicUrl: deps.publicUrl,
        })
        const approvalReason = await approvalReasonAhead(
          campaign,
          { sender: principal.personId, under: campaign._id, recipients: weighed.expected, at: deps.now() },
          deps.approvalLimit,
          deps.senderTotals,
        )
        return {
          ...weighed,
          reasons: weighed.reasons.map(({ code, count }) => ({ code, reason: reasonInWords(code), count })),
          incomplete: [...weighed.incomplete],
          needsApproval: approvalReason !== undefined,
          ...(approvalReason ? { approvalReason } : {}),
          samples: [...weighed.samples],
          faults,
        }
      },
    )
  }
}
