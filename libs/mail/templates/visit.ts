import { moment, neutral, personal, zone } from '../src/template.ts'

/** What every mail about a visit says. Neither its reason nor anything found: those are told in person. */
export const visitVariables = {
  hospitalName: neutral('The hospital, as its patients call it'),
  recipientName: personal('Whom it is for'),
  doctorName: personal('Whom they will see'),
  department: personal('Where'),
  startsAt: moment('When the visit begins'),
  zone,
}

export const visitSample = {
  hospitalName: 'Rounds Hospital',
  recipientName: 'Asha Example',
  doctorName: 'Dr. Example',
  department: 'General Medicine',
  startsAt: '2026-11-26T05:00:00.000Z',
  zone: 'Asia/Kolkata',
}

/** About one visit of one patient: before everything else, and rather twice than not at all. */
export const visitMail = {
  purpose: 'care',
  lane: 'care',
  inDoubt: 'resend',
  mayUnsubscribe: false,
} as const
