import type { Wanted } from '../src/new-delivery.ts'

/** A reminder of Ada's visit, of which only what a test says matters. */
export const aReminder = {
  batchId: 'fire',
  batch: 'reminders',
  lane: 'care',
  template: 'visit-reminder',
  occasion: 'visit-1-same-day',
  recipient: { kind: 'person', id: 'ada', name: 'Ada Rao', number: 'P-ada' },
  language: 'en',
  appointmentId: 'visit',
  appointmentVersion: 1,
  cause: { correlationid: 'story' },
} as const satisfies Wanted

/** A mail of a campaign, whose template waits for a person when it is in doubt. */
export const anAnnouncement = {
  batchId: 'campaign',
  batch: 'campaign',
  lane: 'bulk',
  template: 'announcement',
  occasion: 'campaign',
  recipient: { kind: 'person', id: 'ada', name: 'Ada Rao', number: 'P-ada' },
  language: 'en',
  cause: { correlationid: 'story' },
} as const satisfies Wanted
