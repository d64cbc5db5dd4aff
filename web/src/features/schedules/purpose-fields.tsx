import { Checkbox, Select, TextInput } from '@mantine/core'
import type { Language } from '@rounds/contracts/http'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTexts } from '../../texts/texts.ts'
import { departmentsQuery, doctorsQuery } from '../appointments/appointment-queries.ts'
import { AudienceFields } from '../campaigns/audience-fields.tsx'
import type { CampaignForm } from '../campaigns/campaign-form.ts'
import { templatesQuery } from '../campaigns/campaign-queries.ts'
import { TextFields } from '../campaigns/text-fields.tsx'
import { parameterOptions } from '../reports/parameter-options.ts'
import { catalogueQuery, type ReportChoice } from '../reports/report-queries.ts'
import styles from './schedule-editor.module.css'
import type { ScheduleFault, ScheduleForm } from './schedule-form.ts'

interface PurposeFieldsProps {
  readonly form: ScheduleForm
  readonly onChange: (part: Partial<ScheduleForm>) => void
  readonly fault: ScheduleFault | undefined
  readonly faultAt: (pointer: string) => string | undefined
}

/** What its purpose needs to know. */
export function PurposeFields(props: PurposeFieldsProps) {
  switch (props.form.purpose) {
    case 'daily-reminders':
      return <Offsets {...props} />
    case 'report':
      return <ReportFields {...props} />
    case 'campaign':
      return <CampaignFields {...props} />
    default:
      return null
  }
}

const offsets = ['same-day', 'day-before'] as const

function Offsets({ form, onChange, fault, faultAt }: PurposeFieldsProps) {
  const { scheduleEditor: texts } = useTexts()
  return (
    <Checkbox.Group
      label={texts.offsets}
      value={[...form.offsets]}
      onChange={(chosen) => onChange({ offsets: offsets.filter((one) => chosen.includes(one)) })}
      error={fault === 'needOffset' ? texts.needOffset : faultAt('/parameters/offsets')}
    >
      <div className={styles.days}>
        {offsets.map((one) => (
          <Checkbox key={one} value={one} label={texts.offsetNames[one]} />
        ))}
      </div>
    </Checkbox.Group>
  )
}

function ReportFields({ form, onChange, fault, faultAt }: PurposeFieldsProps) {
  const { scheduleEditor: texts } = useTexts()
  const catalogue = useQuery(catalogueQuery).data?.items ?? []
  const choice = catalogue.find(({ report }) => report === form.report)
  const set = (name: string, value: string | null) => {
    const { [name]: _before, ...others } = form.reportParameters
    onChange({ reportParameters: value ? { ...others, [name]: value } : others })
  }
  return (
    <div className={styles.fields}>
      <Select
        label={texts.report}
        data={catalogue.map(({ report, title }) => ({ value: report, label: title }))}
        value={form.report}
        error={fault === 'needReport' ? texts.needReport : faultAt('/parameters/report')}
        onChange={(report) => onChange({ report, reportParameters: {} })}
        required
      />
      {choice && (
        <ReportParameters choice={choice} values={form.reportParameters} onChange={set} faultAt={faultAt} />
      )}
      <TextInput
        label={texts.recipients}
        description={texts.recipientsHint}
        value={form.recipients}
        error={faultAt('/parameters/recipients')}
        onChange={(event) => onChange({ recipients: event.currentTarget.value })}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
      />
    </div>
  )
}

interface ReportParametersProps {
  readonly choice: ReportChoice
  readonly values: Readonly<Record<string, string>>
  readonly onChange: (name: string, value: string | null) => void
  readonly faultAt: (pointer: string) => string | undefined
}

const periods = ['today', 'yesterday', 'last-week', 'last-month'] as const

/** A field for each parameter of the report; in place of days, a period that moves with the fires. */
function ReportParameters({ choice, values, onChange, faultAt }: ReportParametersProps) {
  const allTexts = useTexts()
  const { scheduleEditor: texts, appointments } = allTexts
  const { properties } = choice.parameters
  const departments = useQuery(departmentsQuery).data?.items ?? []
  const doctors = useQuery(doctorsQuery).data?.items ?? []
  const selects = {
    period: {
      label: texts.period,
      placeholder: texts.allDays,
      data: periods.map((value) => ({ value: value as string, label: texts.periods[value] })),
    },
    departmentId: {
      label: appointments.department,
      placeholder: appointments.anyDepartment,
      data: departments.map(({ departmentId, name }) => ({ value: departmentId, label: name })),
    },
    doctorId: {
      label: appointments.doctor,
      placeholder: appointments.anyDoctor,
      data: doctors.map(({ doctorId, name }) => ({ value: doctorId, label: name })),
    },
  }
  const names = Object.keys(properties).filter((name) => name !== 'from' && name !== 'to')
  const listOf = (name: string) =>
    name === 'period' || name === 'departmentId' || name === 'doctorId'
      ? selects[name]
      : parameterOptions(name, properties[name] ?? {}, allTexts)
  return [...('from' in properties ? ['period'] : []), ...names].map((name) => {
    const list = listOf(name)
    const error = faultAt(`/parameters/parameters/${name}`)
    return list ? (
      <Select
        key={name}
        {...list}
        value={values[name] ?? null}
        error={error}
        onChange={(value) => onChange(name, value)}
        searchable={name === 'departmentId' || name === 'doctorId'}
        clearable
      />
    ) : (
      <TextInput
        key={name}
        label={properties[name]?.description ?? name}
        value={values[name] ?? ''}
        error={error}
        onChange={(event) => onChange(name, event.currentTarget.value.trim())}
      />
    )
  })
}

function CampaignFields({ form, onChange, fault, faultAt }: PurposeFieldsProps) {
  const { scheduleEditor: texts, campaignEditor } = useTexts()
  const [language, setLanguage] = useState<Language>('en')
  const template = useQuery(templatesQuery).data?.items.find((one) => one.template === form.campaign.template)
  const change = (part: Partial<CampaignForm>) => onChange({ campaign: { ...form.campaign, ...part } })
  return (
    <>
      <TextInput
        label={texts.campaignName}
        maxLength={200}
        required
        value={form.campaign.name}
        error={faultAt('/parameters/campaign/name')}
        onChange={(event) => change({ name: event.currentTarget.value })}
      />
      <AudienceFields
        value={form.campaign.audience}
        onChange={(part) => change({ audience: { ...form.campaign.audience, ...part } })}
        fault={faultAt('/parameters/campaign/audience')}
        mayUpload={false}
      />
      <TextFields
        columns={[]}
        template={form.campaign.template}
        variables={template?.variables.map(({ name }) => name) ?? []}
        value={form.campaign.texts}
        onChange={(written) => change({ texts: written })}
        language={language}
        onLanguage={setLanguage}
        faultAt={(pointer) => faultAt(`/parameters/campaign${pointer}`)}
      />
      {fault === 'needCampaign' && (
        <p role="alert" className={styles.fault}>
          {campaignEditor.needName} {campaignEditor.needText}
        </p>
      )}
    </>
  )
}
