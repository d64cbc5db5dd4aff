import { announcement } from './announcement/template.ts'
import { appointmentBooked } from './appointment-booked/template.ts'
import { appointmentCancelled } from './appointment-cancelled/template.ts'
import { appointmentChanged } from './appointment-changed/template.ts'
import { doctorActivity } from './doctor-activity/template.ts'
import { reportReady } from './report-ready/template.ts'
import { signInLink } from './sign-in-link/template.ts'
import { visitDigest } from './visit-digest/template.ts'
import { visitReminder } from './visit-reminder/template.ts'

/** Every template that ships. */
export const declarations = [
  visitReminder,
  appointmentBooked,
  appointmentChanged,
  appointmentCancelled,
  visitDigest,
  reportReady,
  doctorActivity,
  announcement,
  signInLink,
] as const
