import { Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { DayRangeFilter } from '../../parts/day-range-filter.tsx'
import { Filters, TextFilter } from '../../parts/filters.tsx'
import { useTexts } from '../../texts/texts.ts'
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
    <Filters
      label={texts.filters}
      clear={texts.clear}
      isSet={Object.keys(search).length > 0}
      onClear={() => onChange({})}
    >
      <DayRangeFilter
        value={{ ...(search.from && { from: search.from }), ...(search.to && { to: search.to }) }}
        onChange={({ from, to }) => change({ from, to })}
        presets={['today', 'lastWeek', 'thisMonth', 'lastMonth']}
      />
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
      <TextFilter
        label={texts.reason}
        placeholder={texts.reasonHint}
        maxLength={200}
        value={search.reason}
        onChange={(reason) => change({ reason })}
      />
    </Filters>
  )
}

/** Also what is chosen and has none open any more. */
const known = (values: readonly string[], chosen: string | undefined) =>
  [...new Set([...values, ...(chosen === undefined ? [] : [chosen])])].toSorted()
