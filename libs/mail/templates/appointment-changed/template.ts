import { defineTemplate, moment } from '../../src/template.ts'
import { visitMail, visitSample, visitVariables } from '../visit.ts'

export const appointmentChanged = defineTemplate({
  id: 'appointment-changed',
  version: 1,
  about: 'Tells a patient that a visit was moved to another time, doctor or place.',
  ...visitMail,
  variables: { ...visitVariables, previousStartsAt: moment('When it was to begin before') },
  sample: { ...visitSample, previousStartsAt: '2026-11-25T10:30:00.000Z' },
  subjects: {
    en: 'Your visit has changed: {{ startsAt | day }}, {{ hospitalName }}',
    hi: 'आपकी मुलाक़ात का समय बदला: {{ startsAt | day }}, {{ hospitalName }}',
  },
})
