export { dayBounds, dayIn, daysBounds, daysLater, daysOfMonth, monthBefore } from './calendar.ts'
export { type CatchUpRule, catchUp, graceMs, lateMs, type MissReason, type Turn } from './catch-up.ts'
export { describe } from './describe.ts'
export {
  type Cron,
  type CronField,
  cronFields,
  type ExpressionFault,
  type ReadExpression,
  readExpression,
} from './expression.ts'
export { horizonYears, nextOccurrences, type Occurrence, occurrences } from './occurrences.ts'
export { daysOf, type Period, periods } from './period.ts'
export { noteInWords, type PreviewedFire, previewFires } from './preview.ts'
export { isTimeZone, type ReadZone, readZone } from './zone-name.ts'
