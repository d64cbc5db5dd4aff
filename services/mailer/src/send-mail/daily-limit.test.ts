import type { DeliveryInput } from '@rounds/contracts'
import { describe, expect, it } from 'vitest'
import { anAnnouncement, aReminder } from '../../test/wanted.ts'
import { countedAs } from './daily-limit.ts'

describe('the daily limit of a recipient', () => {
  const single = { ...anAnnouncement, batch: 'single' } as const

  it.each<[string, Pick<DeliveryInput, 'batch' | 'template' | 'appointmentId'>, object, string]>([
    ['counts mails about visits', aReminder, {}, 'visit'],
    ['counts mails of campaigns', anAnnouncement, {}, 'other'],
    [
      'counts mails that a schedule asked for',
      { ...single, template: 'report-ready' },
      { isAutomatic: true },
      'other',
    ],
    ['does not count what a person sends to one person', single, {}, 'not at all'],
    [
      'does not count what somebody mails to themself to try it',
      single,
      { test: { columns: [] } },
      'not at all',
    ],
    ['counts security mails for themselves', { ...single, template: 'sign-in-link' }, {}, 'security'],
    [
      'lets every digest pass, and counts it',
      { batch: 'appointment', template: 'visit-digest' },
      {},
      'digest',
    ],
  ])('%s', (_what, input, facts, counted) => {
    expect(countedAs(input, facts)).toBe(counted)
  })
})
