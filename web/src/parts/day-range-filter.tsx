import { type ComponentProps, useState } from 'react'
import type { DayRange } from '../format/days.ts'
import { DayRangeInput } from './day-range-input.tsx'

type DayRangeFilterProps = Pick<ComponentProps<typeof DayRangeInput>, 'value' | 'onChange' | 'presets'>

/** Half a range is not a filter yet: between the two clicks it stays here. */
export function DayRangeFilter({ value, onChange, presets }: DayRangeFilterProps) {
  const [half, setHalf] = useState<DayRange>()
  const take = (range: DayRange) => {
    if (range.from && !range.to) return setHalf(range)
    setHalf(undefined)
    onChange(range)
  }
  return <DayRangeInput value={half ?? value} onChange={take} presets={presets} />
}
