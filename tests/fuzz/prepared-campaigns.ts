import type { ApiClient } from '@rounds/stack'
import { csvList, rightCampaign } from './right-bodies.ts'

type Named<Name extends string> = Readonly<Record<Name, readonly string[]>>

/** Campaigns before each step that can be taken; what was sent off stays on its way, since no relay listens in this hospital. */
export async function preparedCampaigns(
  admin: ApiClient,
  howMany: number,
): Promise<
  Named<
    | 'campaignId'
    | 'id for uploadRecipients'
    | `id for ${'change' | 'send' | 'approve' | 'pause' | 'resume' | 'cancel' | 'resend'}Campaign`
  >
> {
  const toFill = await several(() => drafted({ kind: 'upload' }))
  const toChange = await several(() => drafted({ kind: 'people', role: 'doctor' }))
  const toSend = await several(filled)
  const toApprove = await several(async () => sent(await drafted({ kind: 'people', role: 'doctor' })))
  const toPause = await several(async () => sent(await filled()))
  const toResume = await several(async () => stepped(await sent(await filled()), 'pause'))
  const toCancel = await several(async () => sent(await filled()))
  const toResend = await several(async () => sent(await filled()))
  return {
    campaignId: [toFill, toSend, toApprove, toPause, toResume, toResend].flatMap((ids) => ids.slice(0, 3)),
    'id for changeCampaign': toChange,
    'id for uploadRecipients': toFill,
    'id for sendCampaign': toSend,
    'id for approveCampaign': toApprove,
    'id for pauseCampaign': toPause,
    'id for resumeCampaign': toResume,
    'id for cancelCampaign': toCancel,
    'id for resendCampaign': toResend,
  }

  function several(make: () => Promise<string>): Promise<string[]> {
    return Promise.all(Array.from({ length: howMany }, make))
  }

  async function drafted(audience: object): Promise<string> {
    const draft = { ...rightCampaign, audience }
    return (await admin.send<{ campaignId: string }>('POST', '/v1/campaigns', draft)).campaignId
  }

  async function filled(): Promise<string> {
    const id = await drafted({ kind: 'upload' })
    const { ok, status } = await admin.raw(`/v1/campaigns/${id}/recipients`, {
      method: 'POST',
      headers: { 'content-type': 'text/csv' },
      body: csvList(3),
    })
    if (!ok) throw new Error(`a list was answered ${status}`)
    return id
  }

  async function sent(id: string): Promise<string> {
    await admin.send('POST', `/v1/campaigns/${id}/send`, undefined, { 'idempotency-key': `fuzz-send-${id}` })
    return id
  }

  async function stepped(id: string, step: 'pause'): Promise<string> {
    await admin.send('POST', `/v1/campaigns/${id}/${step}`, {})
    return id
  }
}
