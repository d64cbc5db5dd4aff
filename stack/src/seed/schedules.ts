import type { ScheduleDocument, SchedulePurpose } from '@rounds/contracts'
import { logins } from './logins.ts'

/** What a hospital has from its first day. Nothing before `now` is due. */
export function seededSchedules(now: Date): ScheduleDocument[] {
  return [
    schedule('daily-reminders', 'Visit reminders', '30 7 * * *'),
    schedule('monthly-activity', 'Monthly activity of each doctor', '0 6 1 * *'),
    schedule('completeness-check', 'Nightly completeness check', '30 1 * * *'),
  ]

  function schedule(purpose: SchedulePurpose, name: string, expression: string): ScheduleDocument {
    const by = logins.admin.personId
    return {
      _id: purpose,
      name,
      purpose,
      parameters: purpose === 'daily-reminders' ? { offsets: ['same-day'] } : {},
      expression,
      zone: 'Asia/Kolkata',
      // A reminder in the afternoon helps nobody; what is about a month or a night is still wanted.
      catchUp: { policy: 'once', windowMinutes: purpose === 'daily-reminders' ? 4 * 60 : 24 * 60 },
      overlap: 'skip',
      runs: [],
      activeFrom: now,
      createdBy: by,
      createdAt: now,
      updatedBy: by,
      updatedAt: now,
      version: 1,
    }
  }
}
