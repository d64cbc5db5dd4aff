import type { CampaignTexts, DeliveryInput, Language } from '@rounds/contracts'
import type { MailVariables } from '@rounds/mail'
import { daysOfMonth } from '@rounds/schedule'
import type { Activity, SendingFacts } from '../mail-facts.ts'

export interface House {
  readonly hospitalName: string
  readonly zone: string
  /** Where people sign in. */
  readonly publicUrl: string
}

/** What a template is filled in with. What is missing here is named by the template. */
export function variablesOf(
  input: DeliveryInput,
  facts: SendingFacts,
  {
    house,
    texts,
    unsubscribeUrl,
    signInUrl,
  }: {
    house: House
    texts?: CampaignTexts | undefined
    unsubscribeUrl?: string | undefined
    signInUrl: string
  },
): MailVariables {
  const { hospitalName } = house
  const common = { hospitalName, recipientName: facts.recipient?.name || input.recipient.name }
  const unsubscribe = unsubscribeUrl === undefined ? {} : { unsubscribeUrl }
  switch (input.template) {
    case 'announcement':
      return {
        ...common,
        ...unsubscribe,
        department: facts.recipient?.department ?? '',
        ...(facts.recipient?.columns ? { columns: facts.recipient.columns } : {}),
        ...textIn(texts, input.language),
      }
    case 'sign-in-link':
      return { ...common, signInUrl }
    case 'report-ready':
      return { ...common, ...reportOf(facts, house) }
    case 'doctor-activity':
      return { ...common, ...unsubscribe, ...activityOf(input, facts.activity, house) }
    case 'visit-digest':
      return { ...common, ...digestOf(facts, house) }
    default:
      return { ...common, ...visitOf(input, facts, house) }
  }
}

function visitOf(
  { previousStartsAt }: DeliveryInput,
  { appointment }: SendingFacts,
  { zone }: House,
): MailVariables {
  if (!appointment) return {}
  const { doctor, department, startsAt } = appointment
  return {
    doctorName: doctor.name,
    department: department.name,
    startsAt: startsAt.toISOString(),
    zone,
    ...(previousStartsAt ? { previousStartsAt: previousStartsAt.toISOString() } : {}),
  }
}

function digestOf({ visits = [] }: SendingFacts, { zone }: House): MailVariables {
  return {
    zone,
    visits: visits.map(({ startsAt, previousStartsAt, ...visit }) => ({
      ...visit,
      startsAt: startsAt.toISOString(),
      ...(previousStartsAt ? { previousStartsAt: previousStartsAt.toISOString() } : {}),
    })),
  }
}

/** Hindi readers get English where nobody wrote Hindi. */
export function textIn(texts: CampaignTexts | undefined, language: Language): MailVariables {
  return texts?.[language] ?? texts?.en ?? {}
}

function reportOf({ report, file }: SendingFacts, { publicUrl, zone }: House): MailVariables {
  if (!report || !file) return {}
  const { jobId, title } = report
  return {
    reportTitle: title,
    reportUrl: `${publicUrl}/reports/${jobId}`,
    expiresAt: file.expiresAt.toISOString(),
    zone,
  }
}

function activityOf(
  { occasion }: DeliveryInput,
  activity: Activity | undefined,
  { publicUrl }: House,
): MailVariables {
  if (!activity) return {}
  const kept = activity.booked - activity.cancelled
  return {
    ...activity,
    month: `${monthOf(occasion)}-01`,
    noShowPercent: kept <= 0 ? 0 : Math.round((activity.noShows / kept) * 1_000) / 10,
    csvUrl: `${publicUrl}/reports?${csvOf(monthOf(occasion))}`,
  }
}

/** The form of the same report, filled in: whoever is not signed in signs in first. */
const csvOf = (month: string) =>
  new URLSearchParams({ new: 'true', report: 'doctor-activity', ...daysOfMonth(month) })

const activityPrefix = 'activity-'

/** The occasion of a month's report: the same month is told once, whichever fire asks for it. */
export const activityOccasion = (month: string) => `${activityPrefix}${month}`

/** `YYYY-MM` */
export const monthOf = (occasion: string) => occasion.slice(activityPrefix.length)
