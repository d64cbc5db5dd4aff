/** What changed in an event, for those who read it. A breaking change never stands here: that is a new type. */
export interface Change {
  readonly on: string
  readonly what: string
  /** The fields that came with it, as JSON Pointers: none comes without a line here (`test/released-schemas.test.ts`). */
  readonly adds?: readonly string[]
}

/** When a family's events came to be; `intake` is what other systems may say. */
const released: Readonly<Record<string, string>> = {
  appointment: '2026-11-23',
  report: '2026-11-23',
  canary: '2026-11-23',
  campaign: '2026-11-25',
  mail: '2026-11-25',
  delivery: '2026-11-25',
  suppression: '2026-11-25',
  batch: '2026-11-25',
  schedule: '2026-11-25',
  tick: '2026-11-25',
  space: '2026-11-25',
  chat: '2026-11-25',
  post: '2026-11-25',
  intake: '2026-11-25',
}

/** What came later, oldest first, by the name under which the schema is published. */
const later: Readonly<Record<string, readonly Change[]>> = {
  'report.progressed': [
    { on: '2026-11-25', what: '`reason` says why a report is `retrying`', adds: ['/reason'] },
  ],
  'report.completed': [
    {
      on: '2026-11-30',
      what: '`ownVisitsOnly` says that a doctor was given their own visits of a history and no more',
      adds: ['/ownVisitsOnly'],
    },
  ],
  'chat.failed': [
    { on: '2026-11-25', what: '`appointmentId` says what it tells of', adds: ['/appointmentId'] },
  ],
  'chat.doubted': [
    { on: '2026-11-25', what: '`appointmentId` says what it tells of', adds: ['/appointmentId'] },
  ],
}

/**
 * The history of a published schema, oldest first: of one of our events by its type, of what other systems say as
 * `intake.<type>`. Nothing where no line tells when it was released.
 */
export function changesOf(name: string): readonly Change[] {
  const on = released[name.split('.')[0] ?? '']
  return on === undefined ? [] : [{ on, what: 'first released' }, ...(later[name] ?? [])]
}
