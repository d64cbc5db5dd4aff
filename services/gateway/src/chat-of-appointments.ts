import type { Appointment } from '@rounds/contracts'
import { chatTold } from './chat-told.ts'
import type { Posts } from './posts.ts'
import type { Principal } from './principal.ts'
import type { Spaces } from './spaces.ts'

export interface ChatOfAppointmentsDeps {
  readonly posts: Pick<Posts, 'about'>
  readonly spaces: Pick<Spaces, 'stopped'>
}

/** What chat spaces were told of these appointments, which the one who asks was shown. It is nothing to patients. */
export function chatOfAppointments({ posts, spaces }: ChatOfAppointmentsDeps) {
  return async (
    { role }: Pick<Principal, 'role'>,
    appointmentIds: readonly string[],
  ): Promise<ReadonlyMap<string, Appointment['chat']>> => {
    if (role === 'patient' || appointmentIds.length === 0) return new Map()
    const found = await posts.about(appointmentIds)
    const open = found.filter(({ state }) => state === 'waiting' || state === 'claimed')
    const stopped = await spaces.stopped([...new Set(open.map(({ input }) => input.spaceId))])
    const byAppointment = Map.groupBy(found, ({ input }) => input.appointmentId ?? '')
    return new Map(Array.from(byAppointment, ([id, about]) => [id, chatTold(about, stopped)]))
  }
}
