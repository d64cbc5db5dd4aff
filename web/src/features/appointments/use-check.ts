import type { Appointment, AppointmentChange } from '@rounds/contracts/http'
import { type InfiniteData, type QueryClient, useMutation, useQueryClient } from '@tanstack/react-query'
import { useToast } from '../../parts/toast.ts'
import { useTexts } from '../../texts/texts.ts'
import { type AppointmentPage, appointmentQuery, changeAppointment } from './appointment-queries.ts'

export type Finding = Omit<Extract<AppointmentChange, { status: 'checked' }>, 'status'>

interface Check {
  readonly appointment: Appointment
  readonly finding: Finding
}

/** Marks an appointment checked: on the page at once, and back again when the gateway refuses. */
export function useCheck() {
  const queries = useQueryClient()
  const { appointments: texts } = useTexts()
  const toast = useToast()
  return useMutation({
    // Sent twice it happens once: an appointment that is checked so already is answered alike.
    mutationFn: ({ appointment, finding }: Check) =>
      changeAppointment(appointment.appointmentId, { status: 'checked', ...finding }),
    onMutate: async ({ appointment, finding }) => {
      await queries.cancelQueries({ queryKey: ['appointments'] })
      put(queries, { ...appointment, ...finding, status: 'checked' })
    },
    onSuccess: (answer) => {
      put(queries, answer)
      queries.removeQueries({ queryKey: appointmentQuery(answer.appointmentId).queryKey })
      toast.tell(texts.checked(answer.patient.name))
    },
    onError: (error, { appointment }) => {
      put(queries, appointment)
      toast.warn(error, texts.notChecked(appointment.patient.name))
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
