import { Type } from 'typebox'
import { defineEvent, type EventOf } from './event.ts'
import { identifier } from './identifier.ts'
import { templateName } from './mail-words.ts'

const campaignId = identifier('The campaign')
const count = (description: string) => Type.Integer({ minimum: 0, description })

export const campaignRequested = defineEvent({
  type: 'campaign.requested',
  about: 'campaignId',
  when: 'Somebody asked for a mail to many. Carries neither text nor recipients; above the limit nothing is sent before a second person approved.',
  data: {
    campaignId,
    template: templateName,
    requestedBy: identifier('Who asked'),
    needsApproval: Type.Boolean(),
  },
})

export const campaignApproved = defineEvent({
  type: 'campaign.approved',
  about: 'campaignId',
  when: 'A second person approved a campaign that needed it.',
  data: { campaignId, approvedBy: identifier('Who approved; never who asked') },
})

export const campaignPaused = defineEvent({
  type: 'campaign.paused',
  about: 'campaignId',
  when: 'Somebody paused a campaign: within two seconds nothing of it starts any more.',
  data: { campaignId, pausedBy: identifier('Who paused it') },
})

export const campaignResumed = defineEvent({
  type: 'campaign.resumed',
  about: 'campaignId',
  when: 'Somebody let a paused campaign go on.',
  data: { campaignId, resumedBy: identifier('Who let it go on') },
})

export const campaignCancelled = defineEvent({
  type: 'campaign.cancelled',
  about: 'campaignId',
  when: 'Somebody called a campaign off: within two seconds nothing of it starts any more, and what waited is cancelled.',
  data: { campaignId, cancelledBy: identifier('Who called it off') },
})

export const campaignCompleted = defineEvent({
  type: 'campaign.completed',
  about: 'campaignId',
  when: 'Every delivery of a campaign has an end, whichever.',
  data: {
    campaignId,
    expected: count('Recipients in all; the sum of the others'),
    sent: count('Taken over by the relay'),
    suppressed: count('Not sent on purpose'),
    failed: count('Could not be sent'),
    inDoubt: count('Nobody knows'),
    cancelled: count('Called off before they were sent'),
  },
})

export type CampaignRequested = EventOf<typeof campaignRequested>
export type CampaignApproved = EventOf<typeof campaignApproved>
export type CampaignPaused = EventOf<typeof campaignPaused>
export type CampaignResumed = EventOf<typeof campaignResumed>
export type CampaignCancelled = EventOf<typeof campaignCancelled>
export type CampaignCompleted = EventOf<typeof campaignCompleted>
