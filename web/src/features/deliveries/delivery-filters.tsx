import { Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { DayRangeFilter } from '../../parts/day-range-filter.tsx'
import { Filters, TextFilter } from '../../parts/filters.tsx'
import { useTexts } from '../../texts/texts.ts'
import { templatesQuery } from '../campaigns/campaign-queries.ts'
import { useSession } from '../sign-in/use-session.ts'
import {
  type DeliverySearch,
  deliveryStates,
  isIdentifier,
  type KnownText,
  readDeliverySearch,
} from './delivery-search.ts'

interface FiltersProps {
  readonly search: DeliverySearch
  readonly known: KnownText | undefined
  readonly onChange: (search: DeliverySearch) => void
  readonly onKnown: (known: KnownText | undefined) => void
}

/** What of the mails is shown. The address holds it, so that a link shows the same to a colleague. */
export function DeliveryFilters({ search, known, onChange, onKnown }: FiltersProps) {
  const { deliveries: texts, deliveryState } = useTexts()
  const isAdmin = useSession().role === 'admin'
  // Operations are not told what the templates say.
  const templates = useQuery({ ...templatesQuery, enabled: isAdmin }).data?.items ?? []
  const { tab, ...filters } = search
  const faultOf = (text: string) => (isIdentifier(text) ? undefined : texts.notAnId)
  const change = (part: object) => onChange(readDeliverySearch({ ...search, ...part }))
  return (
    <Filters
      label={texts.filters}
      clear={texts.clear}
      isSet={Object.keys(filters).length > 0 || known !== undefined}
      onClear={() => {
        onKnown(undefined)
        onChange(tab ? { tab } : {})
      }}
    >
      {isAdmin && <KnownFilter known={known} onKnown={onKnown} />}
      <DayRangeFilter
        value={{ ...(search.from && { from: search.from }), ...(search.to && { to: search.to }) }}
        onChange={({ from, to }) => change({ from, to })}
        presets={['today', 'lastWeek', 'thisMonth', 'lastMonth']}
      />
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
      <TextFilter
        faultOf={faultOf}
        label={texts.batch}
        placeholder={texts.batchHint}
        value={search.batchId}
        onChange={(batchId) => change({ batchId })}
      />
      <TextFilter
        faultOf={faultOf}
        label={texts.recipient}
        placeholder={texts.recipientHint}
        value={search.recipientId}
        onChange={(recipientId) => change({ recipientId })}
      />
    </Filters>
  )
}

function KnownFilter({ known, onKnown }: Pick<FiltersProps, 'known' | 'onKnown'>) {
  const { deliveries: texts } = useTexts()
  const [by, setBy] = useState<KnownText['by']>(known?.by ?? 'address')
  return (
    <>
      <Select
        label={texts.searchBy}
        data={(['address', 'name', 'subject'] as const).map((value) => ({
          value,
          label: texts.searchBys[value],
        }))}
        value={by}
        onChange={(value) => {
          setBy(value as KnownText['by'])
          if (known) onKnown({ ...known, by: value as KnownText['by'] })
        }}
        allowDeselect={false}
      />
      <TextFilter
        label={texts.searchFor}
        placeholder={texts.searchHint}
        maxLength={254}
        faultOf={(text) => (text.length < 2 ? texts.searchShort : undefined)}
        value={known?.text}
        onChange={(text) => onKnown(text === undefined ? undefined : { by, text })}
      />
    </>
  )
}
