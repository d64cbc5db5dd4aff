import { notifications } from '@mantine/notifications'
import type { Appointment, AppointmentChange } from '@rounds/contracts/http'
import { type InfiniteData, type QueryClient, useMutation, useQueryClient } from '@tanstack/react-query'
import { RefusedError } from '../../http/problem.ts'
import { useTexts } from '../../texts/texts.ts'
import { type AppointmentPage, changeAppointment } from './appointment-queries.ts'

export type Finding = Omit<Extract<AppointmentChange, { status: 'checked' }>, 'status'>

interface Check {
  readonly appointment: Appointment
  readonly finding: Finding
  readonly key: string
}

/** Marks an appointment checked: on the page at once, and back again when the gateway refuses. */
export function useCheck() {
  const queries = useQueryClient()
  const { appointments: texts, problem } = useTexts()
  return useMutation({
    mutationFn: ({ appointment, finding, key }: Check) =>
      changeAppointment(appointment.appointmentId, { status: 'checked', ...finding }, key),
    onMutate: async ({ appointment, finding }) => {
      await queries.cancelQueries({ queryKey: ['appointments'] })
      put(queries, { ...appointment, ...finding, status: 'checked' })
    },
    onSuccess: (answer) => {
      put(queries, answer)
      notifications.show({ role: 'status', color: 'green', message: texts.checked(answer.patient.name) })
    },
    onError: (error, { appointment }) => {
      put(queries, appointment)
      notifications.show({
        role: 'alert',
        color: 'red',
        title: texts.notChecked(appointment.patient.name),
        message:
          error instanceof RefusedError ? (error.problem.detail ?? error.problem.title) : problem.unreachable,
      })
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['appointments'], refetchType: 'none' }),
  })
}

function put(queries: QueryClient, appointment: Appointment): void {
  queries.setQueriesData<InfiniteData<AppointmentPage>>(
    { queryKey: ['appointments'] },
    (list) =>
      list && {
        ...list,
        pages: list.pages.map((page) => ({
          ...page,
          items: page.items.map((one) =>
            one.appointmentId === appointment.appointmentId ? appointment : one,
          ),
        })),
      },
  )
}
