import { Button, Drawer, Radio, Select, Skeleton, Switch, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { clickKeys } from '../../http/click-key.ts'
import { jobsQuery, tellJob } from '../../live/job-cache.ts'
import { isActive } from '../../live/newest-job.ts'
import { DayRangeInput } from '../../parts/day-range-input.tsx'
import { ProblemNote } from '../../parts/problem-note.tsx'
import { useToast } from '../../parts/toast.ts'
import { isChanged } from '../../parts/unsaved.ts'
import { useSubmit } from '../../parts/use-submit.ts'
import { useTexts } from '../../texts/texts.ts'
import { departmentsQuery, doctorsQuery, patientsQuery } from '../appointments/appointment-queries.ts'
import { EmergencyAccess } from '../emergency-access/emergency-access-dialog.tsx'
import { isNotTreated } from '../emergency-access/emergency-access-queries.ts'
import { useSession } from '../sign-in/use-session.ts'
import { ColumnChoice } from './column-choice.tsx'
import { askedToast } from './finished-toasts.tsx'
import { justAskedFor } from './just-asked-for.ts'
import styles from './new-report.module.css'
import { parameterOptions } from './parameter-options.ts'
import { askForReport, catalogueQuery, type ReportChoice } from './report-queries.ts'
import type { ReportSearch } from './report-search.ts'
import { emptyWish, requestOf, type WishForm } from './wish.ts'

/** By the link that led here. */
type FilledIn = Pick<ReportSearch, 'report' | 'from' | 'to'>

/** A drawer beside the list: what was asked for appears there at once. */
export function NewReport({
  filledIn,
  onClose,
}: {
  readonly filledIn: FilledIn
  readonly onClose: () => void
}) {
  const { newReport: texts } = useTexts()
  const catalogue = useQuery(catalogueQuery)
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size="28rem"
      title={texts.title}
      closeButtonProps={{ 'aria-label': texts.close }}
      classNames={{ title: styles.title ?? '' }}
    >
      {catalogue.isPending && <Skeleton height={320} />}
      {catalogue.isError && <ProblemNote error={catalogue.error} onRetry={() => void catalogue.refetch()} />}
      {catalogue.data && <Choice choices={catalogue.data.items} filledIn={filledIn} onDone={onClose} />}
    </Drawer>
  )
}

function Choice({
  choices,
  filledIn,
  onDone,
}: {
  readonly choices: readonly ReportChoice[]
  readonly filledIn: FilledIn
  readonly onDone: () => void
}) {
  const { newReport: texts } = useTexts()
  const [report, setReport] = useState(
    () => (choices.find((one) => one.report === filledIn.report) ?? choices[0])?.report,
  )
  const choice = choices.find((one) => one.report === report)
  return (
    <div className={styles.form}>
      <Radio.Group label={texts.report} value={report ?? null} onChange={setReport}>
        <div className={styles.choices}>
          {choices.map((one) => (
            <Radio.Card key={one.report} value={one.report} className={styles.choice ?? ''}>
              <Radio.Indicator />
              <span>
                <span className={styles.choiceTitle}>{one.title}</span>
                <span className={styles.choiceAbout}>{one.about}</span>
              </span>
            </Radio.Card>
          ))}
        </div>
      </Radio.Group>
      {choice && <Wish key={choice.report} choice={choice} filledIn={filledIn} onDone={onDone} />}
    </div>
  )
}

function Wish({
  choice,
  filledIn: { from, to },
  onDone,
}: {
  readonly choice: ReportChoice
  readonly filledIn: FilledIn
  readonly onDone: () => void
}) {
  const { newReport: texts } = useTexts()
  const [before] = useState(() => ({
    ...emptyWish(choice),
    range: { ...(from && { from }), ...(to && { to }) },
  }))
  const [form, setForm] = useState<WishForm>(before)
  const change = (part: Partial<WishForm>) => setForm((before) => ({ ...before, ...part }))
  const ask = useAsk(choice, isChanged(before, form), onDone)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (form.columns.length > 0) ask.submit(form)
  }
  return (
    <form onSubmit={submit} className={styles.form}>
      <Parameters choice={choice} form={form} onChange={change} />
      <ColumnChoice choice={choice} chosen={form.columns} onChange={(columns) => change({ columns })} />
      <Radio.Group
        label={texts.format}
        value={form.flavour}
        onChange={(flavour) => change({ flavour: flavour as WishForm['flavour'] })}
      >
        <div className={styles.flavours}>
          {(['standard', 'excel'] as const).map((flavour) => (
            <Radio
              key={flavour}
              value={flavour}
              label={texts.flavours[flavour]}
              description={texts.flavourHints[flavour]}
            />
          ))}
        </div>
      </Radio.Group>
      <Switch
        label={texts.gzip}
        checked={form.gzip}
        onChange={(event) => change({ gzip: event.currentTarget.checked })}
      />
      <TextInput
        label={texts.fileName}
        description={texts.fileNameHint}
        maxLength={100}
        value={form.fileName}
        onChange={(event) => change({ fileName: event.currentTarget.value })}
      />
      {ask.error && <ProblemNote error={ask.error} of="text" />}
      {form.patientId && isNotTreated(ask.error) && (
        <EmergencyAccess patientId={form.patientId} onOpened={() => ask.submit(form)} />
      )}
      <Button type="submit" size="md" loading={ask.isPending} disabled={form.columns.length === 0}>
        {texts.submit}
      </Button>
    </form>
  )
}

interface ParametersProps {
  readonly choice: ReportChoice
  readonly form: WishForm
  readonly onChange: (part: Partial<WishForm>) => void
}

/** A field for each parameter that this report has. */
function Parameters({ choice, form, onChange }: ParametersProps) {
  const texts = useTexts()
  const { role } = useSession()
  const has = (name: string) => name in choice.parameters.properties
  return (
    <>
      {(has('from') || has('to')) && (
        <DayRangeInput
          value={form.range}
          onChange={(range) => onChange({ range })}
          presets={['today', 'lastWeek', 'thisMonth', 'lastMonth', 'thisYear']}
        />
      )}
      {has('patientId') && role !== 'patient' && (
        <PatientSelect value={form.patientId} onChange={(patientId) => onChange({ patientId })} />
      )}
      {role === 'admin' && (has('departmentId') || has('doctorId')) && (
        <Places form={form} onChange={onChange} />
      )}
      {Object.entries(choice.parameters.properties).map(([name, parameter]) => {
        const list = parameterOptions(name, parameter, texts)
        return (
          list && (
            <Select
              key={name}
              {...list}
              value={form.options[name] ?? null}
              onChange={(value) => onChange({ options: { ...form.options, [name]: value } })}
              clearable
            />
          )
        )
      })}
    </>
  )
}

function Places({ form, onChange }: Omit<ParametersProps, 'choice'>) {
  const { newReport: texts } = useTexts()
  const departments = useQuery(departmentsQuery).data?.items ?? []
  const doctors = useQuery(doctorsQuery).data?.items ?? []
  const working = doctors.filter(
    ({ departmentId }) => !form.departmentId || departmentId === form.departmentId,
  )
  return (
    <>
      <Select
        label={texts.department}
        placeholder={texts.any}
        data={departments.map(({ departmentId, name }) => ({ value: departmentId, label: name }))}
        value={form.departmentId}
        onChange={(departmentId) => onChange({ departmentId, doctorId: null })}
        searchable
        clearable
      />
      <Select
        label={texts.doctor}
        placeholder={texts.any}
        data={working.map(({ doctorId, name }) => ({ value: doctorId, label: name }))}
        value={form.doctorId}
        onChange={(doctorId) => onChange({ doctorId })}
        searchable
        clearable
      />
    </>
  )
}

function PatientSelect({
  value,
  onChange,
}: {
  value: string | null
  onChange: (patientId: string | null) => void
}) {
  const { newReport: texts } = useTexts()
  const [typed, setTyped] = useState('')
  const [asked] = useDebouncedValue(typed, 250)
  const found = useQuery(patientsQuery(asked)).data?.items ?? []
  return (
    <Select
      label={texts.patient}
      description={texts.patientHint}
      data={found.map(({ patientId, name, number }) => ({ value: patientId, label: `${name} (${number})` }))}
      value={value}
      onChange={onChange}
      searchValue={typed}
      onSearchChange={setTyped}
      // The gateway has searched already.
      filter={({ options }) => options}
      nothingFoundMessage={texts.nobody}
      searchable
      clearable
      required
    />
  )
}

const hasEnded = (queries: QueryClient, jobId: string) =>
  queries
    .getQueryData(jobsQuery.queryKey)
    ?.pages.some(({ items }) => items.some((job) => job.jobId === jobId && !isActive(job)))

/** Asks, and shows the job in the list before the list is read again. */
function useAsk(choice: ReportChoice, isUnsaved: boolean, onDone: () => void) {
  const queries = useQueryClient()
  const session = useSession()
  const { newReport: texts } = useTexts()
  const toast = useToast()
  const [keys] = useState(clickKeys)
  return useSubmit({
    isUnsaved,
    send: (form: WishForm) => {
      const wish = requestOf(choice, form)
      return askForReport(wish, keys.keyFor(wish))
    },
    onDone: async (accepted, form) => {
      keys.accepted()
      tellJob(queries, justAskedFor(accepted, choice, requestOf(choice, form), session, new Date()))
      // A small report may be ready before its request is answered.
      if (!hasEnded(queries, accepted.jobId))
        toast.tell(texts.accepted, { onlyOnce: askedToast(accepted.jobId) })
      onDone()
      await queries.invalidateQueries({ queryKey: jobsQuery.queryKey })
    },
  })
}
