/** What a laboratory system would say when a doctor has seen a patient. The people are invented. */
export const sampleEvent = {
  specversion: '1.0',
  id: 'lis-2026-000017',
  source: '/lis',
  type: 'appointment.checked',
  time: '2026-01-31T09:30:00+05:30',
  data: {
    appointmentNumber: 'A-4711',
    patientNumber: 'P-000001',
    doctorNumber: 'D-001',
    startsAt: '2026-01-31T09:15:00+05:30',
    minutes: 15,
    version: 3,
  },
}
