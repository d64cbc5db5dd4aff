import type { NewSchedule, ScheduleParameters, SchedulePurpose } from '@rounds/contracts'
import { type Cron, type ExpressionFault, readExpression, readZone } from '@rounds/schedule'
import type { Fault } from '../http/index.ts'

type Timed = Pick<NewSchedule, 'expression'> & { readonly zone: string }

/** The time of a schedule, read; or what is wrong with it, with a pointer to the field. */
export function timeOf({ expression, zone }: Timed): { cron: Cron; zone: string } | { faults: Fault[] } {
  const read = readExpression(expression)
  const place = readZone(zone)
  if (read.cron && place.zone !== undefined) return { cron: read.cron, zone: place.zone }
  return {
    faults: [
      ...(read.faults ?? []).map(faultOf),
      ...(place.fault === undefined ? [] : [{ pointer: '/zone', detail: place.fault }]),
    ],
  }
}

/** One text holds five fields, so the fault names which. */
const faultOf = ({ field, reason }: ExpressionFault): Fault => ({
  pointer: '/expression',
  detail: field === 'expression' ? reason : `${field}: ${reason}`,
})

const meaning: Readonly<Record<SchedulePurpose, readonly (keyof ScheduleParameters)[]>> = {
  'daily-reminders': ['offsets'],
  'monthly-activity': [],
  'completeness-check': [],
  campaign: ['campaign'],
  report: ['report', 'parameters', 'recipients'],
}

/** What a schedule's parameters lack, or have too many, for its purpose. */
export function purposeFaults(purpose: SchedulePurpose, parameters: ScheduleParameters): Fault[] {
  const strange = Object.keys(parameters).filter((name) => !meaning[purpose].some((known) => known === name))
  const faults = strange.map((name) => ({
    pointer: `/parameters/${name}`,
    detail: `means nothing to ${purpose}`,
  }))
  if (purpose === 'report' && parameters.report === undefined)
    faults.push({ pointer: '/parameters/report', detail: 'is missing' })
  if (purpose === 'campaign' && parameters.campaign === undefined)
    faults.push({ pointer: '/parameters/campaign', detail: 'is missing' })
  // An upload belongs to one campaign, and nothing has failed of one that is yet to come.
  if (parameters.campaign && parameters.campaign.audience.kind !== 'people')
    faults.push({ pointer: '/parameters/campaign/audience/kind', detail: 'must be people' })
  return faults
}
