import { Button, Select, TextInput } from '@mantine/core'
import { IconFilterOff } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { DayRange } from '../../format/days.ts'
import { DayRangeInput } from '../../parts/day-range-input.tsx'
import { useTexts } from '../../texts/texts.ts'
import styles from './dead-letter-filters.module.css'
import { deadLetterCountsQuery } from './dead-letter-queries.ts'
import {
  type DeadLetterSearch,
  deadLetterKinds,
  deadLetterStates,
  readDeadLetterSearch,
} from './dead-letter-search.ts'

interface FiltersProps {
  readonly search: DeadLetterSearch
  readonly onChange: (search: DeadLetterSearch) => void
}

/** Which letters are shown. The address holds it, so that a link shows the same to a colleague. */
export function DeadLetterFilters({ search, onChange }: FiltersProps) {
  const { deadLetters: texts, deadLetterState, deadLetterKind } = useTexts()
  const groups = useQuery(deadLetterCountsQuery).data?.groups ?? []
  const change = (part: object) => onChange(readDeadLetterSearch({ ...search, ...part }))
  return (
    <section aria-label={texts.filters} className={`${styles.filters} not-printed`}>
      <Days range={search} onChange={({ from, to }) => change({ from, to })} />
      <Select
        label={texts.state}
        placeholder={texts.anyState}
        data={deadLetterStates.map((value) => ({ value, label: deadLetterState[value] }))}
        value={search.state ?? null}
        onChange={(state) => change({ state })}
        clearable
      />
      <Select
        label={texts.kind}
        placeholder={texts.anyKind}
        data={deadLetterKinds.map((value) => ({ value, label: deadLetterKind[value] }))}
        value={search.kind ?? null}
        onChange={(kind) => change({ kind })}
        clearable
      />
      <Select
        label={texts.consumer}
        placeholder={texts.anyConsumer}
        data={known(
          groups.map(({ consumer }) => consumer),
          search.consumer,
        )}
        value={search.consumer ?? null}
        onChange={(consumer) => change({ consumer })}
        clearable
      />
      <Select
        label={texts.type}
        placeholder={texts.anyType}
        data={known(
          groups.map(({ type }) => type),
          search.type,
        )}
        value={search.type ?? null}
        onChange={(type) => change({ type })}
        clearable
      />
      <Reason key={search.reason} value={search.reason} onChange={(reason) => change({ reason })} />
      {Object.keys(search).length > 0 && (
        <Button
          variant="subtle"
          leftSection={<IconFilterOff size={17} aria-hidden />}
          onClick={() => onChange({})}
        >
          {texts.clear}
        </Button>
      )}
    </section>
  )
}

/** Also what is chosen and has none open any more. */
const known = (values: readonly string[], chosen: string | undefined) =>
  [...new Set([...values, ...(chosen === undefined ? [] : [chosen])])].toSorted()

/** Half a range is not a filter yet: between the two clicks it stays here. */
function Days({ range, onChange }: { range: DayRange; onChange: (range: DayRange) => void }) {
  const [half, setHalf] = useState<DayRange>()
  const { from, to } = range
  const take = (taken: DayRange) => {
    if (taken.from && !taken.to) return setHalf(taken)
    setHalf(undefined)
    onChange(taken)
  }
  return (
    <DayRangeInput
      value={half ?? { ...(from && { from }), ...(to && { to }) }}
      onChange={take}
      presets={['today', 'lastWeek', 'thisMonth', 'lastMonth']}
    />
  )
}

interface ReasonProps {
  readonly value: string | undefined
  readonly onChange: (value: string | undefined) => void
}

/** Taken over with Enter or on leaving the field, not letter by letter. */
function Reason({ value, onChange }: ReasonProps) {
  const { deadLetters: texts } = useTexts()
  const [typed, setTyped] = useState(value ?? '')
  const take = () => {
    if (typed.trim() !== (value ?? '')) onChange(typed.trim() || undefined)
  }
  const onSubmit = (event: FormEvent) => {
    event.preventDefault()
    take()
  }
  return (
    <form onSubmit={onSubmit} noValidate>
      <TextInput
        label={texts.reason}
        placeholder={texts.reasonHint}
        maxLength={200}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        onBlur={take}
      />
    </form>
  )
}
