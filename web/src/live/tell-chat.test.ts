import { QueryClient } from '@tanstack/react-query'
import { describe, expect, it } from 'vitest'
import { tellChat } from './tell-chat.ts'

const sent = { word: 'sent', at: '2026-03-01T05:12:00.000Z' } as const

describe('news of chat', () => {
  it('have spaces and posts asked for again, and are written beside the appointment', () => {
    const world = setUp()
    tellChat(world.queries, {
      spaceIds: ['heart'],
      appointments: [{ appointmentId: 'a1', chat: sent }],
      hasStopped: false,
    })
    expect(world.stale()).toEqual(['chat/spaces'])
    expect(world.chats()).toEqual([sent, undefined])
  })

  it('of a space alone leave lists of appointments alone', () => {
    const world = setUp()
    tellChat(world.queries, { spaceIds: ['heart'], appointments: [], hasStopped: false })
    expect([world.stale(), world.chats()]).toEqual([['chat/spaces'], [undefined, undefined]])
  })

  it('that a space stopped have it counted again, on whatever page', () => {
    const world = setUp()
    tellChat(world.queries, { spaceIds: ['heart'], appointments: [], hasStopped: true })
    expect(world.stale()).toEqual(['chat/spaces', 'chat-counts'])
  })

  it('that name nobody are about everybody', () => {
    const world = setUp()
    tellChat(world.queries, { spaceIds: [], appointments: [], hasStopped: true })
    expect(world.stale()).toEqual(['chat/spaces', 'chat-counts', 'appointments/all'])
  })
})

function setUp() {
  const queries = new QueryClient()
  const items = [{ appointmentId: 'a1' }, { appointmentId: 'a2' }]
  queries.setQueryData(['chat', 'spaces'], { items: [] })
  queries.setQueryData(['chat-counts'], { stopped: 0 })
  queries.setQueryData(['appointments', 'all'], { pages: [{ items }], pageParams: [undefined] })
  queries.setQueryData(['jobs'], {})
  return {
    queries,
    stale: () =>
      queries
        .getQueryCache()
        .getAll()
        .filter(({ state }) => state.isInvalidated)
        .map(({ queryKey }) => queryKey.join('/')),
    chats: () =>
      queries
        .getQueryData<{ pages: [{ items: { chat?: unknown }[] }] }>(['appointments', 'all'])
        ?.pages[0].items.map(({ chat }) => chat),
  }
}
