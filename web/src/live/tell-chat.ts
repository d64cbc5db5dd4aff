import type { Appointment } from '@rounds/contracts/http'
import type { InfiniteData, QueryClient } from '@tanstack/react-query'

/** What the stream says of chat; nobody named means that anything may have changed. */
export interface ChatNews {
  readonly spaceIds: readonly string[]
  readonly appointments: ReadonlyArray<Required<Pick<Appointment, 'appointmentId' | 'chat'>>>
  /** Google Chat refuses one of the spaces from now on. */
  readonly hasStopped: boolean
}

type Lists = InfiniteData<{ readonly items: readonly Appointment[] }>

/**
 * Has whatever is on the page and speaks of chat asked for again. Lists of appointments are told what is new and not asked for
 * again: a row that was just marked would leave under the eyes of whoever marked it.
 */
export function tellChat(queries: QueryClient, { spaceIds, appointments, hasStopped }: ChatNews): void {
  void queries.invalidateQueries({ queryKey: ['chat'] })
  if (hasStopped) void queries.invalidateQueries({ queryKey: ['chat-counts'] })
  if (spaceIds.length === 0 && appointments.length === 0)
    return void queries.invalidateQueries({ queryKey: ['appointments'] })
  const chats = new Map(appointments.map(({ appointmentId, chat }) => [appointmentId, chat]))
  if (chats.size === 0) return
  queries.setQueriesData<Lists>({ queryKey: ['appointments'] }, (list) => list && withChats(list, chats))
}

const withChats = (
  list: Lists,
  chats: ReadonlyMap<string, ChatNews['appointments'][number]['chat']>,
): Lists => ({
  ...list,
  pages: list.pages.map((page) => ({
    ...page,
    items: page.items.map((one) => {
      const chat = chats.get(one.appointmentId)
      return chat ? { ...one, chat } : one
    }),
  })),
})
