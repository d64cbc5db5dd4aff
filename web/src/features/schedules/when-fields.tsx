import { Checkbox, SegmentedControl, Select, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTexts } from '../../texts/texts.ts'
import {
  everyHours,
  everyMinutes,
  expressionOf,
  type Rhythm,
  rhythmOf,
  usualRhythms,
} from './cron-builder.ts'
import styles from './schedule-editor.module.css'

interface WhenFieldsProps {
  readonly expression: string
  readonly onChange: (expression: string) => void
  /** What the gateway says against it. */
  readonly fault: string | undefined
}

type Kind = Rhythm['kind'] | 'cron'
const kinds = ['daily', 'weekly', 'monthly', 'every', 'cron'] as const satisfies readonly Kind[]

/** Forms for what most people want, and cron for the rest; each shows what the other said. */
export function WhenFields({ expression, onChange, fault }: WhenFieldsProps) {
  const { scheduleEditor: texts } = useTexts()
  const [kind, setKind] = useState<Kind>(() => rhythmOf(expression)?.kind ?? 'cron')
  // Kept while it is not complete: the expression stays what it was until it is.
  const [rhythm, setRhythm] = useState<Rhythm>(() => rhythmOf(expression) ?? usualRhythms.daily)
  const take = (next: Rhythm) => {
    setRhythm(next)
    const said = expressionOf(next)
    if (said !== undefined) onChange(said)
  }
  const choose = (next: Kind) => {
    setKind(next)
    if (next === 'cron') return
    const known = rhythmOf(expression)
    take(known?.kind === next ? known : withTimeOf(usualRhythms[next], known))
  }
  return (
    <>
      <SegmentedControl
        aria-label={texts.kind}
        value={kind}
        onChange={choose}
        data={kinds.map((value) => ({ value, label: texts.kinds[value] }))}
        className={styles.kinds ?? ''}
      />
      {kind === 'cron' ? (
        <TextInput
          label={texts.expression}
          description={fault || rhythmOf(expression) ? texts.expressionHint : texts.notBuilt}
          value={expression}
          error={fault}
          spellCheck={false}
          classNames={{ input: styles.cron ?? '' }}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      ) : (
        <>
          <RhythmFields rhythm={rhythm} onChange={take} />
          <p className={styles.hint}>
            <code>{expression}</code>
          </p>
          {fault && <p className={styles.fault}>{fault}</p>}
        </>
      )}
    </>
  )
}

/** Whoever goes from daily to weekly still means the same time. */
const withTimeOf = (rhythm: Rhythm, before: Rhythm | undefined): Rhythm =>
  before && 'time' in before && 'time' in rhythm ? { ...rhythm, time: before.time } : rhythm

interface RhythmFieldsProps<One extends Rhythm = Rhythm> {
  readonly rhythm: One
  readonly onChange: (rhythm: Rhythm) => void
}

function RhythmFields({ rhythm, onChange }: RhythmFieldsProps) {
  if (rhythm.kind === 'every') return <Every rhythm={rhythm} onChange={onChange} />
  return (
    <>
      {rhythm.kind === 'weekly' && <Days rhythm={rhythm} onChange={onChange} />}
      <div className={styles.fields}>
        {rhythm.kind === 'monthly' && <DayOfMonth rhythm={rhythm} onChange={onChange} />}
        <Time rhythm={rhythm} onChange={onChange} />
      </div>
    </>
  )
}

function Time({ rhythm, onChange }: RhythmFieldsProps<Exclude<Rhythm, { kind: 'every' }>>) {
  const { scheduleEditor: texts } = useTexts()
  return (
    <TextInput
      type="time"
      label={texts.time}
      required
      value={rhythm.time}
      onChange={(event) => onChange({ ...rhythm, time: event.currentTarget.value })}
    />
  )
}

function Days({ rhythm, onChange }: RhythmFieldsProps<Extract<Rhythm, { kind: 'weekly' }>>) {
  const { scheduleEditor: texts } = useTexts()
  return (
    <Checkbox.Group
      label={texts.days}
      value={rhythm.days.map(String)}
      onChange={(days) => onChange({ ...rhythm, days: days.map(Number) })}
      error={rhythm.days.length === 0 && texts.needDay}
    >
      <div className={styles.days}>
        {texts.weekdays.map((name, day) => (
          <Checkbox key={name} value={String(day)} label={name} />
        ))}
      </div>
    </Checkbox.Group>
  )
}

function DayOfMonth({ rhythm, onChange }: RhythmFieldsProps<Extract<Rhythm, { kind: 'monthly' }>>) {
  const { scheduleEditor: texts } = useTexts()
  const days = [...Array(31).keys()].map((day) => ({ value: String(day + 1), label: String(day + 1) }))
  const isRare = typeof rhythm.day === 'number' && rhythm.day > 28
  return (
    <Select
      label={texts.dayOfMonth}
      data={[...days, { value: 'L', label: texts.lastDay }]}
      value={String(rhythm.day)}
      onChange={(day) => onChange({ ...rhythm, day: day === 'L' ? 'L' : Number(day ?? 1) })}
      description={isRare && texts.lastDays}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      allowDeselect={false}
    />
  )
}

function Every({ rhythm, onChange }: RhythmFieldsProps<Extract<Rhythm, { kind: 'every' }>>) {
  const { scheduleEditor: texts } = useTexts()
  const choices = [
    ...everyMinutes.map((count) => ({ unit: 'minutes', count, label: texts.minutes(count) }) as const),
    ...everyHours.map((count) => ({ unit: 'hours', count, label: texts.hours(count) }) as const),
  ]
  return (
    <Select
      label={texts.every}
      data={choices.map(({ unit, count, label }) => ({ value: `${unit} ${count}`, label }))}
      value={`${rhythm.unit} ${rhythm.count}`}
      onChange={(value) => {
        const choice = choices.find(({ unit, count }) => value === `${unit} ${count}`)
        if (choice) onChange({ kind: 'every', unit: choice.unit, count: choice.count })
      }}
      allowDeselect={false}
    />
  )
}
