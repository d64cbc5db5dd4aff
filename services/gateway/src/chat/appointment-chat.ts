import type { Appointment } from '@rounds/contracts'
import type { AppointmentChat } from '../appointments/index.ts'
import type { Principal } from '../http/index.ts'
import { chatTold } from './appointment-chat-status.ts'
import type { Posts } from './posts.ts'
import type { Spaces } from './spaces.ts'

export interface ChatOfAppointmentsDeps {
  readonly posts: Pick<Posts, 'told'>
  readonly spaces: Pick<Spaces, 'stopped' | 'wereEver'>
}

/** What chat spaces were told of appointments, for those who were let in to these. */
export function chatOfAppointments({ posts, spaces }: ChatOfAppointmentsDeps): AppointmentChat {
  return {
    /** Whether there may be anything to say, whichever appointments it is about. It is nothing to patients. */
    mayTell: async ({ role }: Pick<Principal, 'role'>): Promise<boolean> =>
      role !== 'patient' && spaces.wereEver(),

    async of(appointmentIds: readonly string[]): Promise<ReadonlyMap<string, Appointment['chat']>> {
      if (appointmentIds.length === 0) return new Map()
      const found = await posts.told(appointmentIds)
      const open = found.filter(({ state }) => state === 'waiting' || state === 'claimed')
      const stopped = await spaces.stopped([...new Set(open.map(({ input }) => input.spaceId))])
      const byAppointment = Map.groupBy(found, ({ input }) => input.appointmentId ?? '')
      return new Map(Array.from(byAppointment, ([id, about]) => [id, chatTold(about, stopped)]))
    },
  }
}
