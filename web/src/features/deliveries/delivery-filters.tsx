import { Button, Select, TextInput } from '@mantine/core'
import { IconFilterOff } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { DayRange } from '../../format/days.ts'
import { DayRangeInput } from '../../parts/day-range-input.tsx'
import { useTexts } from '../../texts/texts.ts'
import { templatesQuery } from '../campaigns/campaign-queries.ts'
import { useSession } from '../sign-in/use-session.ts'
import styles from './delivery-filters.module.css'
import { type DeliverySearch, deliveryStates, isIdentifier, readDeliverySearch } from './delivery-search.ts'

interface FiltersProps {
  readonly search: DeliverySearch
  readonly onChange: (search: DeliverySearch) => void
}

/** What of the mails is shown. The address holds it, so that a link shows the same to a colleague. */
export function DeliveryFilters({ search, onChange }: FiltersProps) {
  const { deliveries: texts, deliveryState } = useTexts()
  const isAdmin = useSession().role === 'admin'
  // Operations are not told what the templates say.
  const templates = useQuery({ ...templatesQuery, enabled: isAdmin }).data?.items ?? []
  const { tab, ...filters } = search
  const change = (part: object) => onChange(readDeliverySearch({ ...search, ...part }))
  return (
    <section aria-label={texts.filters} className={`${styles.filters} not-printed`}>
      <Days range={search} onChange={({ from, to }) => change({ from, to })} />
      {tab !== 'doubt' && (
        <Select
          label={texts.state}
          placeholder={texts.anyState}
          data={deliveryStates.map((value) => ({ value, label: deliveryState[value] }))}
          value={search.state ?? null}
          onChange={(state) => change({ state })}
          clearable
        />
      )}
      {isAdmin && (
        <Select
          label={texts.template}
          placeholder={texts.anyTemplate}
          data={templates.map(({ template, title }) => ({ value: template, label: title }))}
          value={search.template ?? null}
          onChange={(template) => change({ template })}
          clearable
        />
      )}
      <Identifier
        key={`batch-${search.batchId}`}
        label={texts.batch}
        placeholder={texts.batchHint}
        value={search.batchId}
        onChange={(batchId) => change({ batchId })}
      />
      <Identifier
        key={`recipient-${search.recipientId}`}
        label={texts.recipient}
        placeholder={texts.recipientHint}
        value={search.recipientId}
        onChange={(recipientId) => change({ recipientId })}
      />
      {Object.keys(filters).length > 0 && (
        <Button
          variant="subtle"
          leftSection={<IconFilterOff size={17} aria-hidden />}
          onClick={() => onChange(tab ? { tab } : {})}
        >
          {texts.clear}
        </Button>
      )}
    </section>
  )
}

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

interface IdentifierProps {
  readonly label: string
  readonly placeholder: string
  readonly value: string | undefined
  readonly onChange: (value: string | undefined) => void
}

/** Taken over with Enter or on leaving the field, not letter by letter. */
function Identifier({ label, placeholder, value, onChange }: IdentifierProps) {
  const { deliveries: texts } = useTexts()
  const [typed, setTyped] = useState(value ?? '')
  const text = typed.trim()
  const isWrong = text !== '' && !isIdentifier(text)
  const take = () => {
    if (!isWrong && text !== (value ?? '')) onChange(text || undefined)
  }
  const onSubmit = (event: FormEvent) => {
    event.preventDefault()
    take()
  }
  return (
    <form onSubmit={onSubmit} noValidate>
      <TextInput
        label={label}
        placeholder={placeholder}
        value={typed}
        error={isWrong && texts.notAnId}
        onChange={(event) => setTyped(event.currentTarget.value)}
        onBlur={take}
      />
    </form>
  )
}
