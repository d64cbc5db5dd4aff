import { Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { dayIn } from '../../format/days.ts'
import { useFormats } from '../../format/use-formats.ts'
import { DayRangeFilter } from '../../parts/day-range-filter.tsx'
import { Filters } from '../../parts/filters.tsx'
import { useTexts } from '../../texts/texts.ts'
import { useSession } from '../sign-in/use-session.ts'
import { departmentsQuery, doctorsQuery } from './appointment-queries.ts'
import { type AppointmentSearch, rangeOf, readAppointmentSearch, statuses } from './appointment-search.ts'

interface FiltersProps {
  readonly search: AppointmentSearch
  readonly onChange: (search: AppointmentSearch) => void
}

/** What of the appointments is shown. The address holds it, so that a link shows the same to a colleague. */
export function AppointmentFilters({ search, onChange }: FiltersProps) {
  const { appointments: texts, appointmentStatus } = useTexts()
  const isAdmin = useSession().role === 'admin'
  // Read anew as an address is: what was cleared is left out, and not kept as undefined.
  const change = (part: Record<keyof AppointmentSearch, unknown> | object) =>
    onChange(readAppointmentSearch({ ...search, ...part }))
  return (
    <Filters
      label={texts.filters}
      clear={texts.clear}
      isSet={Object.keys(search).length > 0}
      onClear={() => onChange({})}
    >
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
    </Filters>
  )
}

function Days({ search, onChange }: { search: AppointmentSearch; onChange: (part: object) => void }) {
  const { zone } = useFormats()
  return (
    <DayRangeFilter
      value={rangeOf(search, dayIn(zone, new Date()))}
      onChange={({ from, to }) => onChange({ from, to, all: from ? undefined : true })}
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
