import type { NewSchedule, Schedule, ScheduleParameters, SchedulePurpose } from '@rounds/contracts/http'
import {
  type CampaignForm,
  faultOf as campaignFaultOf,
  formOf as campaignFormOf,
  bodyOf as campaignOf,
  emptyCampaign,
} from '../campaigns/campaign-form.ts'

type Offset = 'same-day' | 'day-before'

/** The form of a schedule, as it is filled in. */
export interface ScheduleForm {
  readonly name: string
  readonly purpose: SchedulePurpose
  readonly expression: string
  readonly zone: string
  readonly catchUp: Schedule['catchUp']
  readonly overlap: Schedule['overlap']
  readonly offsets: readonly Offset[]
  readonly report: string | null
  readonly reportParameters: Readonly<Record<string, string>>
  /** As it is typed: identifiers with commas between them. */
  readonly recipients: string
  readonly campaign: CampaignForm
}

export const emptySchedule = (zone: string): ScheduleForm => ({
  name: '',
  purpose: 'daily-reminders',
  expression: '30 7 * * *',
  zone,
  catchUp: { policy: 'once', windowMinutes: 240 },
  overlap: 'skip',
  offsets: ['same-day'],
  report: null,
  reportParameters: {},
  recipients: '',
  campaign: emptyCampaign,
})

export function scheduleFormOf(schedule: Schedule): ScheduleForm {
  const { name, purpose, expression, zone, catchUp, overlap, parameters } = schedule
  return {
    ...emptySchedule(zone),
    name,
    purpose,
    expression,
    catchUp,
    overlap,
    offsets: parameters.offsets ?? ['same-day'],
    report: parameters.report ?? null,
    reportParameters: parameters.parameters ?? {},
    recipients: parameters.recipients?.join(', ') ?? '',
    campaign: parameters.campaign ? campaignFormOf(parameters.campaign) : emptyCampaign,
  }
}

export function scheduleBodyOf(form: ScheduleForm): NewSchedule {
  const { name, purpose, expression, zone, catchUp, overlap } = form
  return {
    name: name.trim(),
    purpose,
    parameters: parametersOf(form),
    expression: expression.trim(),
    zone,
    catchUp,
    overlap,
  }
}

/** Only what the purpose knows. */
function parametersOf(form: ScheduleForm): ScheduleParameters {
  switch (form.purpose) {
    case 'daily-reminders':
      return { offsets: [...form.offsets] }
    case 'report': {
      const recipients = form.recipients.split(/[\s,]+/).filter(Boolean)
      return {
        ...(form.report && { report: form.report }),
        ...(Object.keys(form.reportParameters).length > 0 && { parameters: { ...form.reportParameters } }),
        ...(recipients.length > 0 && { recipients }),
      }
    }
    case 'campaign':
      return { campaign: campaignOf(form.campaign) }
    case 'monthly-activity':
    case 'completeness-check':
      return {}
    default:
      return form.purpose satisfies never
  }
}

export type ScheduleFault = 'needName' | 'needOffset' | 'needReport' | 'needCampaign'

/** What keeps the form from being sent. Whether the expression is good, the gateway says. */
export function scheduleFaultOf(form: ScheduleForm): ScheduleFault | undefined {
  if (form.name.trim() === '') return 'needName'
  if (form.purpose === 'daily-reminders' && form.offsets.length === 0) return 'needOffset'
  if (form.purpose === 'report' && !form.report) return 'needReport'
  if (form.purpose === 'campaign' && campaignFaultOf(form.campaign)) return 'needCampaign'
}
