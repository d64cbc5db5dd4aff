import { Radio, Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { DayRangeFilter } from '../../parts/day-range-filter.tsx'
import { useTexts } from '../../texts/texts.ts'
import { departmentsQuery, doctorsQuery } from '../appointments/appointment-queries.ts'
import styles from './campaign-editor.module.css'
import type { AudienceForm } from './campaign-form.ts'

interface AudienceFieldsProps {
  readonly value: AudienceForm
  readonly onChange: (part: Partial<AudienceForm>) => void
  /** What the gateway says against it. */
  readonly fault?: string | undefined
  readonly mayUpload?: boolean
}

/** Whom it is for: people by what is known of them, or a list of one's own. */
export function AudienceFields({ value, onChange, fault, mayUpload = true }: AudienceFieldsProps) {
  const { audience: texts } = useTexts()
  const kinds = [
    'people',
    ...(mayUpload ? (['upload'] as const) : []),
    ...(value.failedOf ? (['failed of'] as const) : []),
  ] as const
  const names = { people: texts.people, upload: texts.upload, 'failed of': texts.failedOf }
  return (
    <>
      <Radio.Group
        label={texts.label}
        value={value.kind}
        onChange={(kind) => onChange({ kind: kinds.find((one) => one === kind) ?? 'people' })}
        error={fault}
      >
        <div className={styles.choices}>
          {kinds.map((kind) => (
            <Radio key={kind} value={kind} label={names[kind]} />
          ))}
        </div>
      </Radio.Group>
      {value.kind === 'people' && <PeopleFields value={value} onChange={onChange} />}
    </>
  )
}

function PeopleFields({ value, onChange }: Pick<AudienceFieldsProps, 'value' | 'onChange'>) {
  const { audience: texts, languages } = useTexts()
  const departments = useQuery(departmentsQuery).data?.items ?? []
  const doctors = useQuery(doctorsQuery).data?.items ?? []
  const working = doctors.filter(
    ({ departmentId }) => !value.departmentId || departmentId === value.departmentId,
  )
  const isPatients = value.role === 'patient'
  return (
    <div className={styles.fields}>
      <Select
        label={texts.role}
        data={(['patient', 'doctor'] as const).map((role) => ({ value: role, label: texts.roles[role] }))}
        value={value.role}
        onChange={(role) => onChange({ role: role === 'doctor' ? 'doctor' : 'patient' })}
        allowDeselect={false}
      />
      <Select
        label={texts.department}
        placeholder={texts.any}
        data={departments.map(({ departmentId, name }) => ({ value: departmentId, label: name }))}
        value={value.departmentId}
        onChange={(departmentId) => onChange({ departmentId, doctorId: null })}
        searchable
        clearable
      />
      {isPatients && (
        <Select
          label={texts.doctor}
          placeholder={texts.any}
          data={working.map(({ doctorId, name }) => ({ value: doctorId, label: name }))}
          value={value.doctorId}
          onChange={(doctorId) => onChange({ doctorId })}
          searchable
          clearable
        />
      )}
      <Select
        label={texts.language}
        placeholder={texts.anyLanguage}
        data={(['en', 'hi'] as const).map((one) => ({ value: one, label: languages[one] }))}
        value={value.language}
        onChange={(language) => onChange({ language })}
        clearable
      />
      {isPatients && (
        <div className={styles.wide}>
          <DayRangeFilter
            value={value.range}
            onChange={(range) => onChange({ range })}
            presets={['today', 'tomorrow', 'nextWeek', 'lastWeek', 'thisMonth', 'lastMonth']}
          />
          <p className={styles.hint}>{texts.withVisits}</p>
        </div>
      )}
    </div>
  )
}
