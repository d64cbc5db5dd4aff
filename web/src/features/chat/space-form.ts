import type {
  Language,
  NewSpace,
  PatientShownAs,
  Space,
  SpaceChange,
  SpaceNews,
} from '@rounds/contracts/http'

/** A rule as it is written: absent parts are empty. */
export interface RuleForm {
  /** Only for the page: rules have no names. */
  readonly key: number
  readonly news: readonly SpaceNews[]
  readonly departmentId: string | null
  readonly doctorId: string | null
  readonly patientId: string | null
}

/** The form of a chat space, as it is filled in. */
export interface SpaceForm {
  readonly name: string
  readonly webhook: string
  readonly language: Language
  readonly patientShownAs: PatientShownAs
  readonly relevantMinutes: number
  readonly active: boolean
  readonly rules: readonly RuleForm[]
}

export const emptyRule = (key: number): RuleForm => ({
  key,
  news: ['appointment.checked'],
  departmentId: null,
  doctorId: null,
  patientId: null,
})

export const emptySpace: SpaceForm = {
  name: '',
  webhook: '',
  language: 'en',
  patientShownAs: 'initials',
  relevantMinutes: 30,
  active: true,
  rules: [emptyRule(1)],
}

export function spaceFormOf(space: Space): SpaceForm {
  const { name, language, patientShownAs, relevantMinutes, active, rules } = space
  return {
    name,
    webhook: '',
    language,
    patientShownAs,
    relevantMinutes,
    active,
    rules: rules.map(({ news, departmentId = null, doctorId = null, patientId = null }, index) => ({
      key: index + 1,
      news,
      departmentId,
      doctorId,
      patientId,
    })),
  }
}

export function newSpaceOf(form: SpaceForm): NewSpace {
  return { ...withoutWebhook(form), webhook: form.webhook.trim() }
}

/** An empty webhook keeps the one that is stored. */
export function spaceChangeOf(form: SpaceForm): SpaceChange {
  const webhook = form.webhook.trim()
  return { ...withoutWebhook(form), ...(webhook && { webhook }) }
}

function withoutWebhook({ webhook: _, name, rules, ...form }: SpaceForm): Omit<NewSpace, 'webhook'> {
  return {
    ...form,
    name: name.trim(),
    rules: rules.map(({ news, departmentId, doctorId, patientId }) => ({
      news: [...news],
      ...(departmentId && { departmentId }),
      ...(doctorId && { doctorId }),
      ...(patientId && { patientId }),
    })),
  }
}

export type SpaceFault = 'needName' | 'needWebhook' | 'needNews'

/** What keeps the form from being sent. Whether the webhook is one, the gateway says. */
export function spaceFaultOf(form: SpaceForm, isNew: boolean): SpaceFault | undefined {
  if (form.name.trim() === '') return 'needName'
  if (isNew && form.webhook.trim() === '') return 'needWebhook'
  if (form.rules.some(({ news }) => news.length === 0)) return 'needNews'
}
