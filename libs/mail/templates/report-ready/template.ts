import { defineTemplate, link, moment, neutral, personal, zone } from '../../src/template.ts'

export const reportReady = defineTemplate({
  id: 'report-ready',
  version: 1,
  about:
    'Tells somebody that a report they asked for, or that is sent to them, can be fetched. Never holds its content.',
  purpose: 'administrative',
  lane: 'care',
  inDoubt: 'hold',
  mayUnsubscribe: false,
  variables: {
    hospitalName: neutral('The hospital'),
    recipientName: personal('Whom it is for'),
    reportTitle: personal('What it is, such as “Appointments”'),
    reportUrl: link('Where it is fetched, after signing in'),
    expiresAt: moment('Until when it is kept'),
    zone,
  },
  sample: {
    hospitalName: 'Rounds Hospital',
    recipientName: 'Ravi Example',
    reportTitle: 'Appointments',
    reportUrl: 'https://rounds.example.test/reports/r1',
    expiresAt: '2026-12-02T18:30:00.000Z',
    zone: 'Asia/Kolkata',
  },
  subjects: {
    en: 'A file is ready for you, {{ hospitalName }}',
    hi: 'आपके लिए एक फ़ाइल तैयार है, {{ hospitalName }}',
  },
})
