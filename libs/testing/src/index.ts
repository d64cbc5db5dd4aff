export { type ChatDeed, type ChatDoor, type ChatDoorOptions, type ChatVisit, chatDoor } from './chat-door.ts'
export { type Deed, type FaultProxy, type FaultRule, faultProxy, type ProxyCounts } from './fault-proxy.ts'
export { anAppointment, aPerson } from './hospital-documents.ts'
export {
  type SmtpDeed,
  type SmtpFault,
  type SmtpMoment,
  type SmtpPosition,
  type SmtpSink,
  type SmtpSinkOptions,
  type SunkMail,
  smtpSink,
} from './smtp-sink.ts'
export { type TestCertificate, testCertificate } from './test-certificate.ts'
export { until } from './until.ts'
