import { Type } from 'typebox'
import { count, date, defineTemplate, link, neutral, personal } from '../../src/template.ts'

export const doctorActivity = defineTemplate({
  id: 'doctor-activity',
  version: 1,
  about: 'Tells a doctor each month how many visits they had, day by day. Names no patient.',
  purpose: 'administrative',
  lane: 'bulk',
  inDoubt: 'hold',
  mayUnsubscribe: true,
  variables: {
    hospitalName: neutral('The hospital'),
    recipientName: personal('The doctor'),
    month: date('Any day of the month that it is about'),
    booked: count('Visits that were booked'),
    seen: count('Patients who were seen'),
    noShows: count('Patients who did not come'),
    cancelled: count('Visits that were cancelled'),
    noShowPercent: Type.Number({ minimum: 0, maximum: 100, description: 'Of those that were not cancelled' }),
    days: Type.Array(
      Type.Object(
        {
          day: date('The day'),
          booked: count('Visits booked for it'),
          seen: count('Seen on it'),
          noShows: count('Did not come'),
        },
        { additionalProperties: false },
      ),
      { maxItems: 31, description: 'Days with visits, in order' },
    ),
    csvUrl: link('Where the rows behind the numbers are fetched, after signing in'),
    unsubscribeUrl: link('Ends these mails'),
  },
  sample: {
    hospitalName: 'Rounds Hospital',
    recipientName: 'Dr. Example',
    month: '2026-10-01',
    booked: 34,
    seen: 29,
    noShows: 3,
    cancelled: 2,
    noShowPercent: 9.4,
    days: [
      { day: '2026-10-01', booked: 18, seen: 16, noShows: 1 },
      { day: '2026-10-02', booked: 16, seen: 13, noShows: 2 },
    ],
    csvUrl: 'https://rounds.example.test/reports/r2',
    unsubscribeUrl: 'https://rounds.example.test/u/k1.sample.sample',
  },
  subjects: {
    en: 'Your activity in {{ month | month }}, {{ hospitalName }}',
    hi: '{{ month | month }} में आपका कार्य, {{ hospitalName }}',
  },
})
