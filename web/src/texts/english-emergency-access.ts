/** What the pages say about emergency access. Part of `english`. */
export const englishEmergencyAccess = {
  emergencyAccess: {
    lead: 'Doctors who opened the history of a patient whom they do not treat, and the reason each of them gave.',
    caption: 'Emergency access, newest first',
    opened: 'Opened',
    until: 'Until',
    doctor: 'Doctor',
    patient: 'Patient',
    reason: 'Reason',
    reasonHint: 'At least 10 characters. Administrators read it. Do not name a diagnosis.',
    empty: 'No emergency access',
    emptyDetail: 'When a doctor opens a history without treating the patient, it is listed here.',
    offer: 'Open in an emergency',
    dialogTitle: 'Open this history in an emergency?',
    dialogDetail:
      'You do not treat this patient. You can open the history for one hour. This is recorded with your name and shown to administrators.',
    dialogYes: 'Open for one hour',
    dialogNo: 'Cancel',
  },
}
