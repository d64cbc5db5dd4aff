import type { Campaign } from '@rounds/contracts/http'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { clickKeys } from '../../http/click-key.ts'
import { useToast } from '../../parts/toast.ts'
import { useTexts } from '../../texts/texts.ts'
import { actOnCampaign, type CampaignAct, campaignQuery, draftAgain } from './campaign-queries.ts'

/** What may be done with a campaign. Rejects when it was refused, and says so beside the page too. */
export function useActs({ campaignId, version }: Campaign) {
  const { campaign: texts } = useTexts()
  const queries = useQueryClient()
  const { tell, warn } = useToast()
  const [keys] = useState(clickKeys)
  const mutation = useMutation({
    mutationFn: ({ act, reason }: { act: CampaignAct; reason: string }) =>
      // The version makes pausing for a second time another wish than the first.
      actOnCampaign(campaignId, act, reason, keys.keyFor({ act, reason, version })),
    onSuccess: async (campaign, { act }) => {
      keys.accepted()
      queries.setQueryData(campaignQuery(campaignId).queryKey, campaign)
      tell(said(act, campaign.state))
      await queries.invalidateQueries({ queryKey: ['campaigns'] })
    },
    onError: (error) => warn(error),
  })
  const said = (act: CampaignAct, state: Campaign['state']): string =>
    ({
      send: state === 'awaiting approval' ? texts.asked : texts.sent,
      approve: texts.approved,
      pause: texts.paused,
      resume: texts.resumed,
      cancel: texts.cancelled,
    })[act]
  return {
    act: (act: CampaignAct, reason = '') => mutation.mutateAsync({ act, reason }),
    isBusy: mutation.isPending,
  }
}

/** Makes a draft for those that failed, and goes there. */
export function useResend({ campaignId }: Campaign) {
  const queries = useQueryClient()
  const navigate = useNavigate()
  return async () => {
    const made = await draftAgain(campaignId)
    queries.setQueryData(campaignQuery(made.campaignId).queryKey, made)
    await navigate({ to: '/campaigns/$campaignId', params: { campaignId: made.campaignId } })
  }
}
