import { Type } from 'typebox'
import { defineTemplate, moment, neutral, personal, zone } from '../../src/template.ts'
import { visitMail } from '../visit.ts'

/** So many rows fit into a page that mail programs show to its end. */
export const mostDigestVisits = 300

const news = Type.Enum(['booked', 'changed', 'cancelled', 'reminder'], {
  description: 'What there is to tell of it',
})

export const visitDigest = defineTemplate({
  id: 'visit-digest',
  version: 1,
  about: 'Tells a patient in one mail of all visits for which they would get more mails than a day allows.',
  ...visitMail,
  variables: {
    hospitalName: neutral('The hospital, as its patients call it'),
    recipientName: personal('Whom it is for'),
    visits: Type.Array(
      Type.Object(
        {
          news,
          startsAt: moment('When the visit begins'),
          previousStartsAt: Type.Optional(moment('When one that changed was to begin before')),
          doctorName: personal('Whom they will see'),
          department: personal('Where'),
        },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: mostDigestVisits, description: 'In the order of their times' },
    ),
    zone,
  },
  sample: {
    hospitalName: 'Rounds Hospital',
    recipientName: 'Asha Example',
    visits: [
      {
        news: 'booked',
        startsAt: '2026-11-26T05:00:00.000Z',
        doctorName: 'Dr. Example',
        department: 'General Medicine',
      },
      {
        news: 'changed',
        startsAt: '2026-11-27T06:30:00.000Z',
        previousStartsAt: '2026-11-27T04:30:00.000Z',
        doctorName: 'Dr. Example',
        department: 'General Medicine',
      },
      {
        news: 'cancelled',
        startsAt: '2026-11-30T05:00:00.000Z',
        doctorName: 'Dr. Sample',
        department: 'Cardiology',
      },
    ],
    zone: 'Asia/Kolkata',
  },
  subjects: {
    en: 'News about your visits, {{ hospitalName }}',
    hi: 'आपकी मुलाक़ातों के बारे में सूचना, {{ hospitalName }}',
  },
})
