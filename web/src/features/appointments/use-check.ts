import type { Appointment, AppointmentChange } from '@rounds/contracts/http'
import { type InfiniteData, type QueryClient, useMutation, useQueryClient } from '@tanstack/react-query'
import { useToast } from '../../parts/toast.ts'
import { useTexts } from '../../texts/texts.ts'
import { type AppointmentPage, appointmentQuery, changeAppointment } from './appointment-queries.ts'

export type Finding = Omit<Extract<AppointmentChange, { status: 'checked' }>, 'status'>

/** Marks an appointment checked, and shows it so once that is written down. Rejects when it was not. */
export function useCheck({ appointmentId }: Pick<Appointment, 'appointmentId'>) {
  const queries = useQueryClient()
  const { appointments: texts } = useTexts()
  const { tell } = useToast()
  const { mutateAsync } = useMutation({
    // Sent twice it happens once: an appointment that is checked so already is answered alike.
    mutationFn: (finding: Finding) => changeAppointment(appointmentId, { status: 'checked', ...finding }),
    onSuccess: async (answer) => {
      // A list that is read meanwhile would show it as it was.
      await queries.cancelQueries({ queryKey: ['appointments'] })
      put(queries, answer)
      queries.removeQueries({ queryKey: appointmentQuery(appointmentId).queryKey })
      tell(texts.checked(answer.patient.name))
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['appointments'], refetchType: 'none' }),
  })
  return mutateAsync
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
