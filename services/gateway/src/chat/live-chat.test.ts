import { chatFailed, chatPosted, spaceStopped } from '@rounds/contracts'
import { silent } from '@rounds/kernel'
import { eventMaker, memoryBus } from '@rounds/messaging'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { type ChatNews, chatHub } from './live-chat.ts'

const make = eventMaker('chat-notifier')
let stop = async () => {}
afterEach(() => stop())

describe('live chat news', () => {
  it('go to admins and operations whole, and to doctors about their own appointments only', async () => {
    const world = await setUp()
    await world.say(make(chatPosted, { postId: 'p', spaceId: 'heart', appointmentId: 'raos' }))
    await world.say(make(chatFailed, { postId: 'q', spaceId: 'eyes', code: 'STALE', appointmentId: 'khans' }))
    const all = {
      spaceIds: ['heart', 'eyes'],
      appointments: [about('raos'), about('khans')],
      hasStopped: false,
    }
    await vi.waitFor(() =>
      expect(world.told).toEqual({
        admin: [all],
        ops: [all],
        rao: [{ spaceIds: [], appointments: [about('raos')], hasStopped: false }],
        patient: [],
      }),
    )
  })

  it('say to admins and operations that a space stopped, and say it once', async () => {
    const world = await setUp()
    await world.say(make(spaceStopped, { spaceId: 'heart', code: 'NOT_FOUND' }))
    await vi.waitFor(() =>
      expect(world.told.admin).toEqual([{ spaceIds: ['heart'], appointments: [], hasStopped: true }]),
    )
    expect(world.told.ops).toEqual(world.told.admin)
    await world.say(make(chatFailed, { postId: 'q', spaceId: 'eyes', code: 'STALE' }))
    await vi.waitFor(() =>
      expect(world.told.admin.slice(1)).toEqual([
        { spaceIds: ['eyes'], appointments: [], hasStopped: false },
      ]),
    )
  })

  it('tell a doctor nothing of spaces, and of other doctors’ appointments', async () => {
    const world = await setUp()
    await world.say(make(spaceStopped, { spaceId: 'heart', code: 'NOT_FOUND' }))
    await vi.waitFor(() => expect(world.told.admin).toHaveLength(1))
    expect([world.told.rao, world.told.patient]).toEqual([[], []])
  })

  it('name nobody in a burst: everything is looked at again', async () => {
    const world = await setUp()
    for (let n = 0; n < 300; n++)
      await world.say(make(chatPosted, { postId: `p${n}`, spaceId: 'heart', appointmentId: `a${n}` }))
    await vi.waitFor(() =>
      expect(world.told.rao).toEqual([{ spaceIds: [], appointments: [], hasStopped: false }]),
    )
    expect(world.told.admin).toEqual([{ spaceIds: [], appointments: [], hasStopped: true }])
  })

  it('are not told to who has left', async () => {
    const world = await setUp()
    world.leave()
    await world.say(make(chatPosted, { postId: 'p', spaceId: 'heart', appointmentId: 'raos' }))
    await vi.waitFor(() => expect(world.told.ops).toHaveLength(1))
    expect(world.told.admin).toEqual([])
  })
})

const about = (appointmentId: string) => ({ appointmentId, chat: { word: 'sent' as const } })

async function setUp() {
  const bus = memoryBus()
  const owners = new Map([
    ['raos', 'rao'],
    ['khans', 'khan'],
  ])
  const hub = chatHub({
    bus,
    doctorsOf: async () => owners,
    chatOf: async (ids) => new Map(ids.map((id) => [id, about(id).chat])),
    log: silent,
    gatherMs: 20,
  })
  await hub.start()
  stop = hub.stop
  const told: Record<'admin' | 'ops' | 'rao' | 'patient', ChatNews[]> = {
    admin: [],
    ops: [],
    rao: [],
    patient: [],
  }
  const watch = (role: 'admin' | 'ops' | 'doctor' | 'patient', who: keyof typeof told) =>
    hub.watch({ viewer: { role, personId: who }, chat: (news) => told[who].push(news) })
  const leave = watch('admin', 'admin')
  watch('ops', 'ops')
  watch('doctor', 'rao')
  watch('patient', 'patient')
  return { told, leave, say: bus.publish }
}
