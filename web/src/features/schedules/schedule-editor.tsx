import { NumberInput, Radio, Select, Skeleton, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import type { Schedule } from '@rounds/contracts/http'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useFormats } from '../../format/use-formats.ts'
import { clickKeys } from '../../http/click-key.ts'
import { isRefused, RefusedError } from '../../http/problem.ts'
import { Back } from '../../parts/back.tsx'
import { faultsAt } from '../../parts/faults-at.ts'
import { Form } from '../../parts/form.tsx'
import { NotFound } from '../../parts/not-found.tsx'
import { Page } from '../../parts/page.tsx'
import { ProblemNote } from '../../parts/problem-note.tsx'
import { useReadOnce } from '../../parts/read-once.ts'
import { Section } from '../../parts/section.tsx'
import { useToast } from '../../parts/toast.ts'
import { isChanged } from '../../parts/unsaved.ts'
import { useSubmit } from '../../parts/use-submit.ts'
import { useTexts } from '../../texts/texts.ts'
import { FiresTable } from './fires-table.tsx'
import { PurposeFields } from './purpose-fields.tsx'
import styles from './schedule-editor.module.css'
import {
  emptySchedule,
  type ScheduleFault,
  type ScheduleForm,
  scheduleBodyOf,
  scheduleFaultOf,
  scheduleFormOf,
} from './schedule-form.ts'
import {
  changeSchedule,
  makeSchedule,
  previewQuery,
  scheduleQuery,
  schedulesQuery,
} from './schedule-queries.ts'
import { WhenFields } from './when-fields.tsx'

export function NewSchedulePage() {
  const { scheduleEditor: texts } = useTexts()
  const { zone } = useFormats()
  return (
    <Page title={texts.new} above={<Back to="/schedules">{texts.back}</Back>}>
      <Editor before={emptySchedule(zone)} />
    </Page>
  )
}

const route = getRouteApi('/inside/schedules/$scheduleId/edit')

export function EditSchedulePage() {
  const { scheduleEditor: texts, app } = useTexts()
  const { scheduleId } = route.useParams()
  const found = useReadOnce(scheduleQuery(scheduleId))
  if (isRefused(found.error, 404) || isRefused(found.error, 400)) return <NotFound />
  return (
    <Page
      title={texts.edit}
      above={
        <Back to="/schedules/$scheduleId" params={{ scheduleId }}>
          {texts.backToOne}
        </Back>
      }
    >
      {!found.data && !found.error && (
        <Skeleton height={320} radius="lg" role="status" aria-label={app.loading} />
      )}
      {found.error && <ProblemNote error={found.error} onRetry={() => void found.refetch()} />}
      {found.data && <Editor before={scheduleFormOf(found.data)} schedule={found.data} />}
    </Page>
  )
}

interface EditorProps {
  readonly before: ScheduleForm
  readonly schedule?: Schedule
}

function Editor({ before, schedule }: EditorProps) {
  const { scheduleEditor: texts } = useTexts()
  const [form, setForm] = useState(before)
  const [fault, setFault] = useState<ScheduleFault>()
  const save = useSave(schedule, isChanged(before, form))
  const faultAt = faultsAt(save.error)
  const change = (part: Partial<ScheduleForm>) => {
    setFault(undefined)
    setForm((now) => ({ ...now, ...part }))
  }
  const submit = () => {
    const found = scheduleFaultOf(form)
    setFault(found)
    if (!found) save.submit(form)
  }
  const fields = { form, onChange: change, fault, faultAt }
  return (
    <Form
      onSubmit={submit}
      saving={save}
      save={texts.save}
      cancel={texts.cancel}
      renderCancel={(props) =>
        schedule ? (
          <Link {...props} to="/schedules/$scheduleId" params={{ scheduleId: schedule.scheduleId }} />
        ) : (
          <Link {...props} to="/schedules" />
        )
      }
    >
      <Section title={texts.basics}>
        <Basics {...fields} mayChoosePurpose={!schedule} />
        <PurposeFields {...fields} />
      </Section>
      <When {...fields} />
      <Exceptions {...fields} />
    </Form>
  )
}

interface FieldsProps {
  readonly form: ScheduleForm
  readonly onChange: (part: Partial<ScheduleForm>) => void
  readonly fault: ScheduleFault | undefined
  readonly faultAt: (pointer: string) => string | undefined
}

const purposes = [
  'daily-reminders',
  'monthly-activity',
  'report',
  'campaign',
  'completeness-check',
] as const satisfies ReadonlyArray<Schedule['purpose']>

function Basics({
  form,
  onChange,
  fault,
  faultAt,
  mayChoosePurpose,
}: FieldsProps & { mayChoosePurpose: boolean }) {
  const { scheduleEditor: texts, schedulePurpose } = useTexts()
  return (
    <div className={styles.fields}>
      <TextInput
        label={texts.name}
        maxLength={200}
        required
        value={form.name}
        error={fault === 'needName' ? texts.needName : faultAt('/name')}
        onChange={(event) => onChange({ name: event.currentTarget.value })}
      />
      <Select
        label={texts.purpose}
        description={texts.purposeHints[form.purpose]}
        data={purposes.map((value) => ({ value, label: schedulePurpose[value] }))}
        value={form.purpose}
        error={faultAt('/purpose')}
        disabled={!mayChoosePurpose}
        onChange={(purpose) => onChange({ purpose: purposes.find((one) => one === purpose) ?? form.purpose })}
        allowDeselect={false}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
      />
    </div>
  )
}

/** Beside the fields stands what they mean: asked of the gateway, which alone knows. */
function When({ form, onChange, faultAt }: FieldsProps) {
  const { scheduleEditor: texts, schedule } = useTexts()
  const [asked] = useDebouncedValue({ expression: form.expression.trim(), zone: form.zone }, 300)
  const preview = useQuery(previewQuery(asked.expression, asked.zone))
  const previewFaultAt = faultsAt(preview.error)
  const titleOf = (error: unknown) =>
    error instanceof RefusedError ? (error.problem.detail ?? error.problem.title) : undefined
  const zoneFault = previewFaultAt('/zone') ?? faultAt('/zone')
  const expressionFault =
    previewFaultAt('/expression') ??
    faultAt('/expression') ??
    (zoneFault ? undefined : titleOf(preview.error))
  return (
    <Section title={texts.when}>
      <div className={styles.when}>
        <div className={styles.form}>
          <WhenFields
            expression={form.expression}
            onChange={(expression) => onChange({ expression })}
            fault={expressionFault}
          />
          <ZoneSelect value={form.zone} onChange={(zone) => onChange({ zone })} fault={zoneFault} />
        </div>
        <section aria-label={texts.preview} className={styles.preview}>
          {preview.data && !preview.isError && (
            <>
              <p role="status" className={styles.words}>
                {preview.data.words.en}
              </p>
              <p lang="hi" className={styles.hint}>
                {preview.data.words.hi}
              </p>
              {preview.data.next.length > 0 ? (
                <div className={styles.fires}>
                  <FiresTable
                    caption={texts.previewCaption}
                    zone={preview.data.zone}
                    fires={preview.data.next}
                  />
                </div>
              ) : (
                <p className={styles.hint}>{schedule.noNext}</p>
              )}
            </>
          )}
          {preview.isError && !(preview.error instanceof RefusedError) && (
            <ProblemNote error={preview.error} onRetry={() => void preview.refetch()} />
          )}
        </section>
      </div>
    </Section>
  )
}

const zones = Intl.supportedValuesOf('timeZone')

interface ZoneSelectProps {
  readonly value: string
  readonly onChange: (zone: string) => void
  readonly fault: string | undefined
}

function ZoneSelect({ value, onChange, fault }: ZoneSelectProps) {
  const { scheduleEditor: texts } = useTexts()
  // Browsers know some zones by an older name, such as Asia/Calcutta.
  const data = [...new Set([value, 'Asia/Kolkata', 'UTC', ...zones])]
  return (
    <Select
      label={texts.zone}
      data={data}
      value={value}
      error={fault}
      onChange={(zone) => onChange(zone ?? value)}
      searchable
      limit={50}
      allowDeselect={false}
    />
  )
}

const catchUps = ['skip', 'once', 'all'] as const
const overlaps = ['skip', 'allow'] as const
const monthOfMinutes = 60 * 24 * 31

function Exceptions({ form, onChange, faultAt }: FieldsProps) {
  const { scheduleEditor: texts } = useTexts()
  const { catchUp, overlap } = form
  return (
    <Section title={texts.exceptions}>
      <Radio.Group
        label={texts.catchUp}
        value={catchUp.policy}
        error={faultAt('/catchUp')}
        onChange={(chosen) =>
          onChange({
            catchUp: { ...catchUp, policy: catchUps.find((one) => one === chosen) ?? catchUp.policy },
          })
        }
      >
        <div className={styles.choices}>
          {catchUps.map((one) => (
            <Radio key={one} value={one} label={texts.catchUps[one]} description={texts.catchUpHints[one]} />
          ))}
        </div>
      </Radio.Group>
      {catchUp.policy !== 'skip' && (
        <NumberInput
          label={texts.window}
          suffix={` ${texts.windowMinutes}`}
          min={1}
          max={monthOfMinutes}
          allowDecimal={false}
          value={catchUp.windowMinutes}
          onChange={(minutes) => {
            const windowMinutes = Math.min(monthOfMinutes, Math.max(1, Number(minutes) || 1))
            onChange({ catchUp: { ...catchUp, windowMinutes } })
          }}
          className={styles.narrow ?? ''}
          hideControls
        />
      )}
      <Radio.Group
        label={texts.overlap}
        value={overlap}
        error={faultAt('/overlap')}
        onChange={(chosen) => onChange({ overlap: overlaps.find((one) => one === chosen) ?? overlap })}
      >
        <div className={styles.choices}>
          {overlaps.map((one) => (
            <Radio key={one} value={one} label={texts.overlaps[one]} description={texts.overlapHints[one]} />
          ))}
        </div>
      </Radio.Group>
    </Section>
  )
}

function useSave(schedule: Schedule | undefined, isUnsaved: boolean) {
  const { scheduleEditor: texts } = useTexts()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const { tell } = useToast()
  const [keys] = useState(clickKeys)
  return useSubmit({
    isUnsaved,
    send: (form: ScheduleForm) => {
      const body = scheduleBodyOf(form)
      return schedule ? changeSchedule(schedule, body) : makeSchedule(body, keys.keyFor(body))
    },
    onDone: async (made) => {
      keys.accepted()
      queries.setQueryData(scheduleQuery(made.scheduleId).queryKey, made)
      void queries.invalidateQueries({ queryKey: schedulesQuery.queryKey })
      tell(texts.saved)
      await navigate({ to: '/schedules/$scheduleId', params: { scheduleId: made.scheduleId } })
    },
  })
}
