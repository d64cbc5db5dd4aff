export { anAppointment, aPerson } from './hospital-documents.ts'
