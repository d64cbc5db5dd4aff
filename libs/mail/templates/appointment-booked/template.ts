import { defineTemplate } from '../../src/template.ts'
import { visitMail, visitSample, visitVariables } from '../visit.ts'

export const appointmentBooked = defineTemplate({
  id: 'appointment-booked',
  version: 1,
  about: 'Tells a patient that a visit was booked.',
  ...visitMail,
  variables: visitVariables,
  sample: visitSample,
  subjects: {
    en: 'Your visit is booked for {{ startsAt | day }}, {{ hospitalName }}',
    hi: '{{ startsAt | day }} के लिए आपकी मुलाक़ात तय हुई, {{ hospitalName }}',
  },
})
