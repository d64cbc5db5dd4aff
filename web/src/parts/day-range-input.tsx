import { DatePickerInput } from '@mantine/dates'
import '@mantine/dates/styles.css'
import { IconCalendar } from '@tabler/icons-react'
import { type DayRange, dayIn, namedRanges, type RangeName } from '../format/days.ts'
import { useFormats } from '../format/use-formats.ts'
import { useTexts } from '../texts/texts.ts'

interface DayRangeInputProps {
  readonly value: DayRange
  readonly onChange: (range: DayRange) => void
  readonly presets: readonly RangeName[]
  readonly className?: string
}

/** From one day to another, both included, as the hospital counts days. */
export function DayRangeInput({ value, onChange, presets, ...others }: DayRangeInputProps) {
  const { dates: texts, ranges: names } = useTexts()
  const { zone, zoneLabel, range } = useFormats()
  const ranges = namedRanges(dayIn(zone, new Date()))
  return (
    <DatePickerInput
      {...others}
      type="range"
      label={texts.label(zoneLabel(new Date()))}
      placeholder={texts.placeholder}
      valueFormatter={({ date }) => (Array.isArray(date) ? writtenRange(date, range) : '')}
      allowSingleDateInRange
      clearable
      leftSection={<IconCalendar size={17} aria-hidden />}
      clearButtonProps={{ 'aria-label': texts.clear, tabIndex: 0 }}
      ariaLabels={{
        previousMonth: texts.previousMonth,
        nextMonth: texts.nextMonth,
        monthLevelControl: texts.chooseMonth,
        yearLevelControl: texts.chooseYear,
        previousYear: texts.previousYear,
        nextYear: texts.nextYear,
        previousDecade: texts.previousDecade,
        nextDecade: texts.nextDecade,
      }}
      presets={presets.map((name) => ({
        label: names[name],
        value: [ranges[name].from, ranges[name].to] satisfies [string, string],
      }))}
      value={[value.from ?? null, value.to ?? null]}
      onChange={([from, to]) => onChange({ ...(from && { from }), ...(to && { to }) })}
    />
  )
}

/** As the rest of the page writes it, so that one day is not written as a span of two. */
const writtenRange = ([from, to]: ReadonlyArray<unknown>, write: (range: DayRange) => string | undefined) =>
  write({ ...(typeof from === 'string' && { from }), ...(typeof to === 'string' && { to }) }) ?? ''
