import { Button, Select } from '@mantine/core'
import { IconFilterOff } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { type DayRange, dayIn } from '../../format/days.ts'
import { useFormats } from '../../format/use-formats.ts'
import { DayRangeInput } from '../../parts/day-range-input.tsx'
import { useTexts } from '../../texts/texts.ts'
import { useSession } from '../sign-in/use-session.ts'
import { departmentsQuery, doctorsQuery } from './appointment-queries.ts'
import { type AppointmentSearch, rangeOf, readAppointmentSearch, statuses } from './appointment-search.ts'
import styles from './filters.module.css'

interface FiltersProps {
  readonly search: AppointmentSearch
  readonly onChange: (search: AppointmentSearch) => void
}

/** What of the appointments is shown. The address holds it, so that a link shows the same to a colleague. */
export function Filters({ search, onChange }: FiltersProps) {
  const { appointments: texts, appointmentStatus } = useTexts()
  const isAdmin = useSession().role === 'admin'
  // Read anew as an address is: what was cleared is left out, and not kept as undefined.
  const change = (part: Record<keyof AppointmentSearch, unknown> | object) =>
    onChange(readAppointmentSearch({ ...search, ...part }))
  return (
    <section aria-label={texts.filters} className={`${styles.filters} not-printed`}>
      <Days search={search} onChange={change} />
      <Select
        label={texts.status}
        placeholder={texts.anyStatus}
        data={statuses.map((value) => ({ value, label: appointmentStatus[value] }))}
        value={search.status ?? null}
        onChange={(status) => change({ status })}
        clearable
      />
      {isAdmin && <PlaceFilters search={search} onChange={change} />}
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

/** Half a range is not a filter yet: between the two clicks it stays here. */
function Days({ search, onChange }: { search: AppointmentSearch; onChange: (part: object) => void }) {
  const { zone } = useFormats()
  const [half, setHalf] = useState<DayRange>()
  const take = (range: DayRange) => {
    if (range.from && !range.to) return setHalf(range)
    setHalf(undefined)
    onChange({ from: range.from, to: range.to, all: range.from ? undefined : true })
  }
  return (
    <DayRangeInput
      value={half ?? rangeOf(search, dayIn(zone, new Date()))}
      onChange={take}
      presets={['today', 'tomorrow', 'nextWeek', 'lastWeek', 'thisMonth', 'lastMonth']}
    />
  )
}

function PlaceFilters({ search, onChange }: { search: AppointmentSearch; onChange: (part: object) => void }) {
  const { appointments: texts } = useTexts()
  const departments = useQuery(departmentsQuery).data?.items ?? []
  const doctors = useQuery(doctorsQuery).data?.items ?? []
  const ofDepartment = doctors.filter(
    ({ departmentId }) => !search.departmentId || departmentId === search.departmentId,
  )
  return (
    <>
      <Select
        label={texts.department}
        placeholder={texts.anyDepartment}
        data={departments.map(({ departmentId, name }) => ({ value: departmentId, label: name }))}
        value={search.departmentId ?? null}
        onChange={(departmentId) => onChange({ departmentId, doctorId: undefined })}
        searchable
        clearable
      />
      <Select
        label={texts.doctor}
        placeholder={texts.anyDoctor}
        data={ofDepartment.map(({ doctorId, name }) => ({ value: doctorId, label: name }))}
        value={search.doctorId ?? null}
        onChange={(doctorId) => onChange({ doctorId })}
        searchable
        clearable
      />
    </>
  )
}
