import type { Appointment, AppointmentChange, Department, Doctor, Patient } from '@rounds/contracts/http'
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { request, withQuery } from '../../http/request.ts'

export interface AppointmentPage {
  readonly items: readonly Appointment[]
  readonly next?: string
}

export const appointmentsQuery = (filters: Readonly<Record<string, string | undefined>>) =>
  infiniteQueryOptions({
    queryKey: ['appointments', filters],
    queryFn: ({ pageParam, signal }) =>
      request<AppointmentPage>(
        withQuery('/v1/appointments', { ...filters, limit: '50', cursor: pageParam }),
        { signal },
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next,
    placeholderData: keepPreviousData,
  })

/** One appointment with what was found. Written down by the gateway as opened, so asked for only when somebody opens it. */
export const appointmentQuery = (appointmentId: string) =>
  queryOptions({
    queryKey: ['appointment', appointmentId],
    queryFn: ({ signal }) => request<Appointment>(`/v1/appointments/${appointmentId}`, { signal }),
  })

export const changeAppointment = (appointmentId: string, change: AppointmentChange) =>
  request<Appointment>(`/v1/appointments/${appointmentId}`, { method: 'PATCH', body: change })

const slowlyChanging = { staleTime: 5 * 60_000 }

export const departmentsQuery = queryOptions({
  queryKey: ['departments'],
  queryFn: ({ signal }) => request<{ items: readonly Department[] }>('/v1/departments?limit=200', { signal }),
  ...slowlyChanging,
})

export const doctorsQuery = queryOptions({
  queryKey: ['doctors'],
  queryFn: ({ signal }) => request<{ items: readonly Doctor[] }>('/v1/doctors?limit=200', { signal }),
  ...slowlyChanging,
})

interface PatientList {
  readonly items: readonly Patient[]
}

/** Patients whose name or number begins so. */
export const patientsQuery = (q: string) =>
  queryOptions({
    queryKey: ['patients', q],
    queryFn: ({ signal }) =>
      q
        ? request<PatientList>('/v1/patients/search', { method: 'POST', body: { q, limit: '20' }, signal })
        : request<PatientList>('/v1/patients?limit=20', { signal }),
    placeholderData: keepPreviousData,
    ...slowlyChanging,
  })
