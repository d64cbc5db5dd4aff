import { defineTemplate } from '../../src/template.ts'
import { visitMail, visitSample, visitVariables } from '../visit.ts'

export const visitReminder = defineTemplate({
  id: 'visit-reminder',
  version: 1,
  about: 'Reminds a patient of a visit, on its day or the day before.',
  ...visitMail,
  variables: visitVariables,
  sample: visitSample,
  subjects: {
    en: 'Your visit on {{ startsAt | day }}, {{ hospitalName }}',
    hi: '{{ startsAt | day }} को आपकी मुलाक़ात, {{ hospitalName }}',
  },
})
