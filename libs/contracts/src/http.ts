/** What the gateway's HTTP door takes and gives. The web UI knows this file's exports and nothing else of the house. */
export { type AppointmentStatus, appointmentStatus } from './appointment-status.ts'
export { type SpaceRule, spaceRule } from './chat-collections.ts'
export {
  type ChatWord,
  type PatientShownAs,
  type PostCode,
  type PostState,
  patientShownAs,
  postState,
  type SpaceNews,
  spaceNews,
} from './chat-words.ts'
export { classOf, type DataClass, maySee } from './data-classes.ts'
export * from './http-appointments.ts'
export * from './http-chains.ts'
export * from './http-chat.ts'
export * from './http-dead-letters.ts'
export * from './http-emergency-access.ts'
export * from './http-health.ts'
export * from './http-jobs.ts'
export * from './http-mail.ts'
export * from './http-people.ts'
export * from './http-problem.ts'
export * from './http-schedules.ts'
export * from './http-session.ts'
export * from './http-systems.ts'
export * from './intake-words.ts'
export {
  type Audience,
  audience,
  type CampaignState,
  type CampaignTexts,
  campaignState,
  campaignTexts,
} from './mail-collections.ts'
export {
  type DeliveryState,
  deliveryState,
  type Language,
  type MailPurpose,
  type Resolution,
} from './mail-words.ts'
export {
  type ColumnType,
  isClinicalFile,
  type ReportColumn,
  type ReportDeclaration,
  type ReportRole,
  reportCatalogue,
  reportFor,
} from './report-catalogue.ts'
export { type ScheduleParameters, scheduleParameters } from './schedule-collections.ts'
export { type SchedulePurpose, schedulePurpose } from './schedule-events.ts'
