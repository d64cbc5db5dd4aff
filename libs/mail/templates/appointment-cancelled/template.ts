import { defineTemplate } from '../../src/template.ts'
import { visitMail, visitSample, visitVariables } from '../visit.ts'

export const appointmentCancelled = defineTemplate({
  id: 'appointment-cancelled',
  version: 1,
  about: 'Tells a patient that a visit will not take place.',
  ...visitMail,
  variables: visitVariables,
  sample: visitSample,
  subjects: {
    en: 'Your visit on {{ startsAt | day }} is cancelled, {{ hospitalName }}',
    hi: '{{ startsAt | day }} की आपकी मुलाक़ात रद्द हुई, {{ hospitalName }}',
  },
})
