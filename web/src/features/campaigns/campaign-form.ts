import type { Audience, CampaignTexts, MailPurpose } from '@rounds/contracts/http'
import type { DayRange } from '../../format/days.ts'

/** The form of a campaign, as it is filled in. */
export interface CampaignForm {
  readonly name: string
  readonly template: string
  readonly purpose: MailPurpose
  readonly audience: AudienceForm
  readonly texts: TextsForm
}

export interface AudienceForm {
  readonly kind: Audience['kind']
  readonly role: 'patient' | 'doctor'
  readonly departmentId: string | null
  readonly doctorId: string | null
  readonly range: DayRange
  readonly language: string | null
  /** The campaign whose failed recipients are meant. */
  readonly failedOf: string
}

export interface TextsForm {
  readonly en: TextForm
  readonly hi: TextForm
}
export interface TextForm {
  readonly subject: string
  readonly body: string
}

/** What is sent to the gateway. */
export interface CampaignBody {
  readonly name: string
  readonly template: string
  readonly purpose: MailPurpose
  readonly audience: Audience
  readonly texts?: CampaignTexts
}

const noText: TextForm = { subject: '', body: '' }

export const emptyCampaign: CampaignForm = {
  name: '',
  template: 'announcement',
  purpose: 'administrative',
  audience: {
    kind: 'people',
    role: 'patient',
    departmentId: null,
    doctorId: null,
    range: {},
    language: null,
    failedOf: '',
  },
  texts: { en: noText, hi: noText },
}

export function formOf({ name, template, purpose, audience, texts }: CampaignBody): CampaignForm {
  return {
    name,
    template,
    purpose,
    audience: audienceForm(audience),
    texts: { en: noText, hi: noText, ...texts },
  }
}

function audienceForm(audience: Audience): AudienceForm {
  const empty = { ...emptyCampaign.audience, kind: audience.kind }
  switch (audience.kind) {
    case 'people': {
      const { role, departmentId = null, doctorId = null, from, to, language = null } = audience
      return {
        ...empty,
        role,
        departmentId,
        doctorId,
        language,
        range: { ...(from && { from }), ...(to && { to }) },
      }
    }
    case 'failed of':
      return { ...empty, failedOf: audience.campaignId }
    case 'upload':
      return empty
    default:
      return audience satisfies never
  }
}

/** What is sent: of the audience only what its kind knows, and no half of a language. */
export function bodyOf({ name, template, purpose, audience, texts }: CampaignForm): CampaignBody {
  const written = textsOf(texts)
  return {
    name: name.trim(),
    template,
    purpose,
    audience: audienceOf(audience),
    ...(written && { texts: written }),
  }
}

function audienceOf(form: AudienceForm): Audience {
  if (form.kind === 'upload') return { kind: 'upload' }
  if (form.kind === 'failed of') return { kind: 'failed of', campaignId: form.failedOf }
  const { role, departmentId, doctorId, range, language } = form
  return {
    kind: 'people',
    role,
    ...(departmentId && { departmentId }),
    ...(role === 'patient' && { ...(doctorId && { doctorId }), ...range }),
    ...((language === 'en' || language === 'hi') && { language }),
  }
}

/** The texts so far, once there are any that could be shown. */
export function textsOf({ en, hi }: TextsForm): CampaignTexts | undefined {
  if (!isWritten(en)) return undefined
  return { en, ...(isWritten(hi) && { hi }) }
}

const isWritten = ({ subject, body }: TextForm) => subject.trim() !== '' && body.trim() !== ''
const isHalf = (text: TextForm) => !isWritten(text) && (text.subject.trim() !== '' || text.body.trim() !== '')

/** What keeps the form from being sent: which field wants what. */
export type FormFault = 'needName' | 'needText' | 'needHindi'

export function faultOf({ name, texts }: CampaignForm): FormFault | undefined {
  if (name.trim() === '') return 'needName'
  if (!isWritten(texts.en)) return 'needText'
  if (isHalf(texts.hi)) return 'needHindi'
}
