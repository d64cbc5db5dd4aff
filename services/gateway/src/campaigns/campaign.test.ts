import type { CampaignState } from '@rounds/contracts'
import { describe, expect, it } from 'vitest'
import {
  approved,
  type Campaign,
  cancelled,
  completed,
  draft,
  edited,
  isEverybody,
  mayApprove,
  paused,
  resumed,
  sentOff,
} from './campaign.ts'

const at = new Date('2026-03-01T09:00:00Z')
const states: readonly CampaignState[] = [
  'draft',
  'awaiting approval',
  'sending',
  'paused',
  'completed',
  'cancelled',
]
const steps = {
  edit: (campaign: Campaign) => edited(campaign, { name: 'Other' }, 'asha'),
  send: (campaign: Campaign) => sentOff(campaign, asked),
  approve: (campaign: Campaign) => approved(campaign, 'second', at),
  pause: (campaign: Campaign) => paused(campaign, 'asha', at),
  resume: resumed,
  cancel: (campaign: Campaign) => cancelled(campaign, 'asha', at),
  complete: (campaign: Campaign) => completed(campaign, at),
}
const asked = { by: 'asha', at, expected: 3, approvalReason: undefined, under: 'key' }

/** Where each step leads; `=` leaves everything as it is, `-` is refused. */
const table: Readonly<Record<keyof typeof steps, readonly string[]>> = {
  edit: ['draft', '-', '-', '-', '-', '-'],
  send: ['sending', '-', '-', '-', '-', '-'],
  approve: ['-', 'sending', '-', '-', '-', '-'],
  pause: ['-', '-', 'paused', '=', '-', '-'],
  resume: ['-', '-', '=', 'sending', '-', '-'],
  cancel: ['cancelled', 'cancelled', 'cancelled', 'cancelled', '-', '='],
  complete: ['completed', 'completed', 'completed', 'completed', '=', 'cancelled'],
}

describe('a campaign', () => {
  const moves = Object.entries(table).flatMap(([step, ends]) =>
    states.map((state, place) => ({ step: step as keyof typeof steps, state, end: ends[place] })),
  )
  it.each(moves)('that is $state: $step → $end', ({ step, state, end }) => {
    const before = inState(state)
    const after = steps[step](before)
    const told = after === before ? '=' : typeof after === 'string' ? '-' : after.state
    expect(told).toBe(end)
  })

  it('waits for a second person where it needs one', () => {
    const sent = sentOff(inState('draft'), { ...asked, approvalReason: 'recipients' }) as Campaign
    expect(sent).toMatchObject({ state: 'awaiting approval', expected: 3, requested: { by: 'asha', at } })
    expect(approved(sent, 'asha', at)).toBe('not by the one who asked')
    expect([mayApprove(sent, 'asha'), mayApprove(sent, 'second')]).toEqual([false, true])
  })

  it('may be approved twice by the same person, which changes nothing', () => {
    const sent = approved(inState('awaiting approval'), 'second', at) as Campaign
    expect(approved(sent, 'second', new Date())).toBe(sent)
    expect(approved(sent, 'third', at)).toBe('not from here')
  })

  it('forgets who paused it when it goes on, and keeps why it was called off', () => {
    const pause = paused(inState('sending'), 'asha', at, 'a typing error') as Campaign
    expect(pause.paused).toEqual({ by: 'asha', at, reason: 'a typing error' })
    expect(resumed(pause)).not.toHaveProperty('paused')
    expect(cancelled(pause, 'asha', at, 'too late')).toMatchObject({ cancelled: { reason: 'too late' } })
  })

  it('stays called off when the mailer has settled what was left', () => {
    expect(completed(inState('cancelled'), at)).toMatchObject({ state: 'cancelled', completedAt: at })
  })

  it.each([
    [{ kind: 'people', role: 'patient' }, true],
    [{ kind: 'people', role: 'patient', language: 'hi' }, false],
    [{ kind: 'upload' }, false],
    [{ kind: 'failed of', campaignId: 'one' }, false],
  ] as const)('is for everybody: %j → %s', (audience, everybody) => {
    expect(isEverybody({ audience })).toBe(everybody)
  })
})

function inState(state: CampaignState): Campaign {
  const made = draft(
    {
      _id: 'one',
      name: 'News',
      template: 'announcement',
      purpose: 'administrative',
      audience: { kind: 'upload' },
    },
    'asha',
    'trace',
    at,
  )
  return {
    ...made,
    state,
    ...(state === 'draft' ? {} : { requested: { by: 'asha', at } }),
    ...(state === 'completed' ? { completedAt: at } : {}),
  }
}
