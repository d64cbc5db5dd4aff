import { Button, Checkbox, Select } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import type { SpaceNews } from '@rounds/contracts/http'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTexts } from '../../texts/texts.ts'
import { departmentsQuery, doctorsQuery, patientsQuery } from '../appointments/appointment-queries.ts'
import styles from './space-editor.module.css'
import { emptyRule, type RuleForm } from './space-form.ts'

export const allNews = [
  'appointment.checked',
  'appointment.booked',
  'appointment.rescheduled',
  'appointment.cancelled',
  'appointment.missed',
] as const satisfies readonly SpaceNews[]

interface RulesFieldsProps {
  readonly rules: readonly RuleForm[]
  readonly onChange: (rules: readonly RuleForm[]) => void
  readonly isFaulty: boolean
  readonly faultAt: (pointer: string) => string | undefined
}

/** Rule by rule: which news, of which department, doctor or patient. */
export function RulesFields({ rules, onChange, isFaulty, faultAt }: RulesFieldsProps) {
  const { spaceEditor: texts } = useTexts()
  const change = (key: number, part: Partial<RuleForm>) =>
    onChange(rules.map((rule) => (rule.key === key ? { ...rule, ...part } : rule)))
  const nextKey = Math.max(0, ...rules.map(({ key }) => key)) + 1
  return (
    <>
      <p className={styles.hint}>{texts.rulesHint}</p>
      {rules.map((rule, index) => (
        <fieldset key={rule.key} className={styles.rule}>
          <legend>{texts.rule(index + 1)}</legend>
          <RuleFields
            rule={rule}
            onChange={(part) => change(rule.key, part)}
            isFaulty={isFaulty}
            faultAt={(pointer) => faultAt(`/rules/${index}${pointer}`)}
          />
          <Button
            variant="subtle"
            size="compact-sm"
            className={styles.start ?? ''}
            leftSection={<IconTrash size={15} aria-hidden />}
            onClick={() => onChange(rules.filter(({ key }) => key !== rule.key))}
          >
            {texts.removeRule(index + 1)}
          </Button>
        </fieldset>
      ))}
      <Button
        variant="default"
        className={styles.start ?? ''}
        leftSection={<IconPlus size={16} aria-hidden />}
        onClick={() => onChange([...rules, emptyRule(nextKey)])}
      >
        {texts.addRule}
      </Button>
    </>
  )
}

interface RuleFieldsProps {
  readonly rule: RuleForm
  readonly onChange: (part: Partial<RuleForm>) => void
  readonly isFaulty: boolean
  readonly faultAt: (pointer: string) => string | undefined
}

function RuleFields({ rule, onChange, isFaulty, faultAt }: RuleFieldsProps) {
  const { spaceEditor: texts, spaceNews } = useTexts()
  const departments = useQuery(departmentsQuery).data?.items ?? []
  const doctors = useQuery(doctorsQuery).data?.items ?? []
  return (
    <>
      <Checkbox.Group
        label={texts.news}
        value={[...rule.news]}
        error={isFaulty && rule.news.length === 0 ? texts.needNews : faultAt('/news')}
        onChange={(chosen) => onChange({ news: allNews.filter((one) => chosen.includes(one)) })}
      >
        <div className={styles.choices}>
          {allNews.map((one) => (
            <Checkbox key={one} value={one} label={spaceNews[one]} />
          ))}
        </div>
      </Checkbox.Group>
      <div className={styles.fields}>
        <Select
          label={texts.department}
          placeholder={texts.anyDepartment}
          data={departments.map(({ departmentId, name }) => ({ value: departmentId, label: name }))}
          value={rule.departmentId}
          error={faultAt('/departmentId')}
          onChange={(departmentId) => onChange({ departmentId })}
          searchable
          clearable
        />
        <Select
          label={texts.doctor}
          placeholder={texts.anyDoctor}
          data={doctors.map(({ doctorId, name }) => ({ value: doctorId, label: name }))}
          value={rule.doctorId}
          error={faultAt('/doctorId')}
          onChange={(doctorId) => onChange({ doctorId })}
          searchable
          clearable
        />
        <PatientSelect
          value={rule.patientId}
          fault={faultAt('/patientId')}
          onChange={(patientId) => onChange({ patientId })}
        />
      </div>
    </>
  )
}

interface PatientSelectProps {
  readonly value: string | null
  readonly fault: string | undefined
  readonly onChange: (patientId: string | null) => void
}

function PatientSelect({ value, fault, onChange }: PatientSelectProps) {
  const { spaceEditor: texts, newReport } = useTexts()
  const [typed, setTyped] = useState('')
  const [asked] = useDebouncedValue(typed.trim(), 250)
  const found = useQuery(patientsQuery(asked)).data?.items ?? []
  const data = found.map(({ patientId, name, number }) => ({ value: patientId, label: `${name}, ${number}` }))
  // Who was chosen earlier need not be among those found now.
  const isKnown = value === null || data.some((one) => one.value === value)
  return (
    <Select
      label={texts.patient}
      placeholder={texts.anyPatient}
      description={texts.patientSearch}
      data={isKnown ? data : [{ value, label: value }, ...data]}
      value={value}
      error={fault}
      onChange={onChange}
      onSearchChange={setTyped}
      nothingFoundMessage={newReport.nobody}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      // What the gateway found is what is shown.
      filter={({ options }) => options}
      searchable
      clearable
    />
  )
}
