import { setTimeout as sleep } from 'node:timers/promises'
import { unsubscribeToken } from '@rounds/mail'
import { type ApiClient, demoClient, demoSecret, type TestStack } from '@rounds/stack'
import { plantOrdeals } from './mongo-ordeals.ts'
import { preparedCampaigns } from './prepared-campaigns.ts'
import type { FuzzPrincipal } from './principals.ts'
import { eventSaid, preparedSystemId, rightCampaign, rightSchedule } from './right-bodies.ts'

/** Enough of each, so that what uses one up does not use up all. */
const howMany = 8
const patienceMs = 20_000

/**
 * Schedules, campaigns in every state, spaces, mails and all that hangs on them, and a system that speaks. Under
 * `id for <operation>` stands what just this operation can do something with.
 */
export async function prepared(stack: TestStack): Promise<{
  readonly known: Readonly<Record<string, readonly string[]>>
  readonly system: FuzzPrincipal
}> {
  const admin = await demoClient(stack.url, 'admin')
  const made = <Name extends string>(name: Name, path: string, bodyOf: (index: number) => object) =>
    Promise.all(
      several(async (index) => {
        const key = { 'idempotency-key': `fuzz-${name}-${index}` }
        return (await admin.send<Record<Name, string>>('POST', path, bodyOf(index), key))[name]
      }),
    )
  const scheduleId = await made('scheduleId', '/v1/schedules', (index) => rightSchedule(`Prepared ${index}`))
  const spaceId = await made('spaceId', '/v1/chat/spaces', (index) => ({
    webhook: stack.chatSink.webhook(`fuzz-${index}`),
    name: `Prepared ${index}`,
    rules: [],
  }))
  const mailId = await made('mailId', '/v1/mails', () => ({
    recipientId: 'demo-patient',
    template: 'announcement',
    texts: rightCampaign.texts,
  }))
  const runId = await made('runId', '/v1/dead-letters/replay', (index) => ({
    filter: { reason: `nobody ever said this ${index}` },
  }))
  const campaigns = await preparedCampaigns(admin, howMany)
  const ordeals = await plantOrdeals(stack.mongo.url, {
    campaigns: campaigns['id for resendCampaign'],
    stoppedSpaces: spaceId.slice(0, 2),
  })
  const system = await systemLetIn(admin)
  await Promise.all(several((index) => said(stack.url, system, `unreadable ${index}`)))
  await said(stack.url, system, JSON.stringify(eventSaid('prepared')))
  const rejections = await admin.get<{ items: { rejectionId: string }[] }>('/v1/rejections?limit=20')
  const purposes = ['administrative', 'marketing', 'care'] as const
  return {
    system,
    known: {
      ...campaigns,
      ...ordeals,
      scheduleId,
      spaceId,
      mailId,
      runId,
      rejectionId: rejections.items.map((one) => one.rejectionId),
      correlationId: await chainsAbout(admin, campaigns['id for pauseCampaign'][0] ?? ''),
      token: several((index) =>
        unsubscribeToken(
          { recipient: 'planted', purpose: purposes[index % 3] ?? 'care', batchId: `fuzz-${index}` },
          { current: 'k1', secrets: { k1: demoSecret } },
        ),
      ),
      template: ['announcement', 'announcement', 'visit-reminder'],
      personId: ['demo-patient', 'demo-doctor', 'planted'],
      webhook: several((index) => stack.chatSink.webhook(`fuzz-more-${index}`)),
    },
  }
}

const several = <T>(make: (index: number) => T) => Array.from({ length: howMany }, (_, index) => make(index))

async function systemLetIn(admin: ApiClient): Promise<FuzzPrincipal> {
  const { secret } = await admin.send<{ secret: string }>('POST', '/v1/systems', {
    systemId: preparedSystemId,
    name: 'A laboratory',
    types: ['appointment.booked', 'appointment.checked'],
    sources: ['/fuzzlab'],
  })
  return { name: 'system', credentials: [{ authorization: `Bearer ${secret}` }] }
}

/** Answered 422 where it is nothing that is taken: that lies among the rejections then. */
async function said(url: string, { credentials }: FuzzPrincipal, body: string): Promise<void> {
  const { status } = await fetch(`${url}/v1/events`, {
    method: 'POST',
    headers: { ...credentials[0], 'content-type': 'application/cloudevents+json' },
    body,
  })
  if (status !== 202 && status !== 422) throw new Error(`an event was answered ${status}`)
}

/** Waits until what happened is told in the history. */
async function chainsAbout(admin: ApiClient, about: string): Promise<string[]> {
  const deadline = Date.now() + patienceMs
  for (;;) {
    const { items } = await admin.get<{ items: { correlationId: string }[] }>(`/v1/chains?about=${about}`)
    if (items.length > 0) return items.map(({ correlationId }) => correlationId)
    if (Date.now() > deadline) throw new Error(`no chain about ${about}`)
    await sleep(100)
  }
}
