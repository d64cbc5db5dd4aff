export { type Deed, type FaultProxy, type FaultRule, faultProxy, type ProxyCounts } from './fault-proxy.ts'
export { anAppointment, aPerson } from './hospital-documents.ts'
